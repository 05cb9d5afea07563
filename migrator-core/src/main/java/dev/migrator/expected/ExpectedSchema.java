package dev.migrator.expected;

import dev.migrator.schema.ObjectKind;
import dev.migrator.schema.ObjectName;
import dev.migrator.schema.SchemaObject;
import dev.migrator.schema.SchemaSnapshot;
import java.util.List;
import java.util.Optional;

/**
 * What all files together say, in the server's words.
 *
 * @param schemas the schemas that they create something in, the default one first
 * @param lastOfFile for each file the place in the order of creation behind its last object
 */
public record ExpectedSchema(
        SchemaSnapshot snapshot, List<String> schemas, List<ExpectedFile> files, List<Long> lastOfFile) {

    /** The file that an object comes from; a column, a constraint or an index belongs to the file of its table. */
    public Optional<ExpectedFile> fileOf(SchemaObject object) {
        SchemaObject whole = object;
        if (object.kind().isPart()) {
            ObjectName name = object.name().whole();
            whole = snapshot.find(ObjectKind.TABLE, name)
                    .or(() -> snapshot.find(ObjectKind.MATERIALIZED_VIEW, name))
                    .orElse(object);
        }
        for (int i = 0; i < files.size(); i++) {
            if (whole.created() < lastOfFile.get(i)) {
                return Optional.of(files.get(i));
            }
        }
        return Optional.empty();
    }
}
