package dev.migrator.migration;

import dev.migrator.directive.Directives;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A migration in Java, known by its name. Its object is made when something beyond the name is asked for. */
public final class CodeMigration implements Migration {

    private final MigrationName name;
    private final String origin;
    private final Supplier<? extends MigrationCode> supplier;
    private final boolean deferred;
    private @Nullable MigrationCode code;
    private @Nullable Problem trouble;

    public CodeMigration(DataMigrationSource.Entry entry) {
        this.name = entry.name();
        this.origin = entry.origin();
        this.supplier = entry.code();
        this.deferred = entry.deferred();
    }

    @Override
    public MigrationName name() {
        return name;
    }

    @Override
    public Kind kind() {
        return Kind.CODE;
    }

    /** What people see of where it comes from, such as the class. */
    public String origin() {
        return origin;
    }

    /** Whether an earlier run left it out: it comes after later ones on purpose. */
    public boolean isDeferred() {
        return deferred;
    }

    /** Why its object can't be made, or can't be made now ({@link ProblemCode#CODE_DEFERRED}); or null. */
    public synchronized @Nullable Problem trouble() {
        if (code == null && trouble == null) {
            try {
                MigrationCode made = supplier.get();
                trouble = made.name().equals(name) ? null : otherName(made);
                code = made;
            } catch (RuntimeException | LinkageError e) {
                trouble = notMade(e);
            }
        }
        return trouble;
    }

    /** The object; throws a {@link MigratorException} with {@link #trouble()}. */
    public synchronized MigrationCode code() {
        Problem found = trouble();
        if (found != null || code == null) {
            throw new MigratorException(found == null ? notMade(null) : found);
        }
        return code;
    }

    @Override
    public @Nullable Checksum checksum() {
        String version = trouble() == null ? code().version() : null;
        if (version == null) {
            return null;
        }
        NormalisedDigest digest = new NormalisedDigest(Checksum.Algorithm.SHA256);
        byte[] bytes = version.getBytes(StandardCharsets.UTF_8);
        digest.update(bytes, bytes.length);
        return digest.checksum();
    }

    @Override
    public boolean matches(Checksum stored) {
        return stored.equals(checksum());
    }

    @Override
    public boolean isReversible() {
        return trouble() == null && code().rollbackable();
    }

    @Override
    public Directives directives() {
        if (trouble() != null) {
            return Directives.NONE;
        }
        MigrationCode asked = code();
        return Directives.ofCode(asked.manual(), asked.environments(), List.copyOf(asked.depends()), asked.phase());
    }

    private Problem otherName(MigrationCode made) {
        return Problem.error(
                ProblemCode.INVALID_NAME,
                name.value(),
                origin + " was listed under this name, but calls itself " + made.name() + ".",
                "Give both the same name.");
    }

    private Problem notMade(@Nullable Throwable cause) {
        if (cause instanceof MigratorException told && told.first().code() == ProblemCode.CODE_DEFERRED) {
            return told.first();
        }
        return Problem.error(
                ProblemCode.CODE_UNAVAILABLE,
                name.value(),
                origin + " could not be made"
                        + (cause == null ? "." : ": " + SafeText.line(String.valueOf(cause.getMessage()))),
                "Mend what it needs to be created, and start again.");
    }

    @Override
    public String toString() {
        return name + " (" + origin + ")";
    }
}
