package dev.migrator.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What makes one object another one of the same name. What no statement leads to is a comment. */
final class ChangeSql {

    private final Difference difference;
    private final SchemaObject before;
    private final SchemaObject after;
    private final List<String> statements = new ArrayList<>();

    private ChangeSql(Difference difference) {
        this.difference = difference;
        this.before = Objects.requireNonNull(difference.before());
        this.after = Objects.requireNonNull(difference.after());
    }

    static List<String> of(Difference difference, SchemaSnapshot to) {
        ChangeSql change = new ChangeSql(difference);
        change.add(to);
        return change.statements;
    }

    /** Whether it has to be dropped and made again, and with it what needs it. */
    static boolean isAnew(Difference difference) {
        boolean only = List.of(SchemaObject.COMMENT, Ddl.COLUMN_COMMENTS).containsAll(difference.facts());
        return switch (difference.kind()) {
            case VIEW, MATERIALIZED_VIEW -> !only;
            default -> false;
        };
    }

    private void add(SchemaSnapshot to) {
        if (difference.facts().contains(SchemaObject.COMMENT)) {
            statements.add(Ddl.comment(after));
        }
        if (difference.facts().equals(List.of(SchemaObject.COMMENT))) {
            return;
        }
        switch (after.kind()) {
            case COLUMN ->
                facts("ALTER TABLE " + after.name().quotedRelation() + " ALTER COLUMN " + after.quoted() + " ");
            case CONSTRAINT, INDEX, TRIGGER, POLICY, RULE -> {
                statements.add(Ddl.drop(before));
                statements.addAll(Ddl.create(after, to));
            }
            case VIEW, MATERIALIZED_VIEW -> {
                if (isAnew(difference)) {
                    statements.add(Ddl.drop(before));
                    statements.addAll(Ddl.create(after, to));
                } else {
                    statements.addAll(Ddl.columnComments(after));
                }
            }
            case FUNCTION, PROCEDURE -> {
                if (!head(before).equals(head(after))) {
                    statements.add(Ddl.drop(before));
                }
                statements.addAll(Ddl.create(after, to));
            }
            case EXTENSION ->
                statements.add("ALTER EXTENSION " + Names.quoted(after.name().name()) + " UPDATE TO '"
                        + after.need("version") + "'");
            case TABLE -> facts("ALTER TABLE " + after.quoted() + " ");
            case DOMAIN -> facts("ALTER DOMAIN " + after.quoted() + " ");
            case SEQUENCE -> sequence();
            case ENUM -> labels();
            default -> difference.facts().forEach(this::leave);
        }
    }

    /** Arguments, their defaults and what comes back: another one of these is no replacement. */
    private static String head(SchemaObject function) {
        String definition = function.need("definition");
        int end = definition.indexOf("\n LANGUAGE ");
        return end < 0 ? definition : definition.substring(0, end);
    }

    private void facts(String alter) {
        for (String fact : difference.facts()) {
            List<String> actions = after.kind() == ObjectKind.TABLE
                    ? tableFact(fact)
                    : comesWithTheParents(fact) ? List.of() : fact(fact);
            if (actions.isEmpty() && !isToldElsewhere(fact)) {
                leave(fact);
            }
            actions.forEach(action -> statements.add(alter + action));
        }
    }

    private boolean isToldElsewhere(String fact) {
        boolean withType = fact.equals("collation") && difference.facts().contains("type");
        boolean withIdentity = fact.equals("sequence") && difference.facts().contains("identity");
        return withType
                || withIdentity
                || comesWithTheParents(fact)
                || List.of(SchemaObject.COMMENT, "volatile", "constrained").contains(fact);
    }

    /** What ALTER refuses for a partition or a child: it is changed where it comes from. */
    private boolean comesWithTheParents(String fact) {
        return before.is("inherited")
                && after.is("inherited")
                && List.of("type", "collation", "identity", "sequence").contains(fact);
    }

    private void leave(String fact) {
        statements.add("-- " + after.label() + " differs in " + fact + ": write what leads there");
    }

    /** Of a column or a domain. */
    private List<String> fact(String fact) {
        String value = after.fact(fact);
        boolean column = after.kind() == ObjectKind.COLUMN;
        return switch (fact) {
            case "default" -> List.of(value == null ? "DROP DEFAULT" : "SET DEFAULT " + value);
            case "not null" -> List.of(value == null ? "DROP NOT NULL" : "SET NOT NULL");
            case "type" -> column ? List.of(type()) : List.of();
            case "collation" -> column && !difference.facts().contains("type") ? List.of(type()) : List.of();
            case "identity" -> identity(value);
            case "sequence" -> before.is("identity") && after.is("identity") ? List.of(ofIdentity(value)) : List.of();
            case "storage" -> value == null ? List.of() : List.of("SET STORAGE " + value);
            case "compression" -> List.of("SET COMPRESSION " + (value == null ? "default" : value));
            default -> List.of();
        };
    }

    private String type() {
        return "TYPE " + after.need("type") + Ddl.surrounded(" COLLATE ", after.fact("collation"), "");
    }

    private List<String> identity(@Nullable String value) {
        if (value == null) {
            return List.of("DROP IDENTITY");
        }
        return List.of(
                before.is("identity")
                        ? "SET GENERATED " + value
                        : "ADD GENERATED " + value + " AS IDENTITY"
                                + Ddl.surrounded(" (", after.fact("sequence"), ")"));
    }

    private static String ofIdentity(@Nullable String options) {
        String all = options == null
                ? "START WITH 1 INCREMENT BY 1 MINVALUE 1 NO MAXVALUE CACHE 1 NO CYCLE"
                : options.endsWith(" CYCLE") ? options : options + " NO CYCLE";
        return all.replaceAll("(START WITH|INCREMENT BY|MINVALUE|(?:NO )?MAXVALUE|CACHE|(?:NO )?CYCLE)", "SET $1");
    }

    private List<String> tableFact(String fact) {
        String value = after.fact(fact);
        return switch (fact) {
            case "row security" -> rowSecurity(String.valueOf(before.fact(fact)), String.valueOf(value));
            case "replica identity" -> List.of(TableDdl.replicaIdentity(after));
            case "persistence" -> List.of(value == null ? "SET LOGGED" : "SET UNLOGGED");
            case "options" -> options(options(before), options(after));
            default -> List.of();
        };
    }

    private static List<String> rowSecurity(String was, String is) {
        List<String> actions = new ArrayList<>();
        if (was.startsWith("enabled") != is.startsWith("enabled")) {
            actions.add((is.startsWith("enabled") ? "ENABLE" : "DISABLE") + " ROW LEVEL SECURITY");
        }
        if (was.endsWith("forced") != is.endsWith("forced")) {
            actions.add((is.endsWith("forced") ? "" : "NO ") + "FORCE ROW LEVEL SECURITY");
        }
        return actions;
    }

    private static List<String> options(SchemaObject table) {
        String options = table.fact("options");
        return options == null ? List.of() : Arrays.asList(options.split(", "));
    }

    private static List<String> options(List<String> was, List<String> is) {
        Predicate<String> gone = key -> is.stream().noneMatch(option -> option.startsWith(key + "="));
        String reset =
                was.stream().map(option -> option.split("=")[0]).filter(gone).collect(Collectors.joining(", "));
        String set = is.stream().filter(option -> !was.contains(option)).collect(Collectors.joining(", "));
        return Stream.of(reset.isEmpty() ? "" : "RESET (" + reset + ")", set.isEmpty() ? "" : "SET (" + set + ")")
                .filter(action -> !action.isEmpty())
                .toList();
    }

    private void sequence() {
        String alter = "ALTER SEQUENCE " + after.quoted();
        List<String> facts = new ArrayList<>(difference.facts());
        facts.remove(SchemaObject.COMMENT);
        if (facts.remove("owned by")) {
            statements.add(alter + " OWNED BY " + (after.is("owned by") ? after.need("owned by") : "NONE"));
        }
        if (facts.remove("persistence")) {
            leave("persistence");
        }
        if (!facts.isEmpty()) {
            statements.add(alter + " " + Ddl.options(after) + (after.is("cycle") ? "" : " NO CYCLE"));
        }
    }

    private void labels() {
        if (EnumLabels.isExtended(before, after)) {
            statements.addAll(EnumLabels.statements(before, after));
        } else {
            leave("labels");
        }
    }
}
