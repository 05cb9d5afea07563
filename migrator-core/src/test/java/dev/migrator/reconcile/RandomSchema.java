package dev.migrator.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A schema made by chance, and parts of it that may be taken away because they can be added again. */
final class RandomSchema {

    private static final List<String> TYPES = List.of(
            "integer",
            "text",
            "numeric(8, 3)",
            "timestamptz",
            "jsonb",
            "boolean[]",
            "varchar(40) COLLATE \"C\"",
            "mood",
            "date");

    private final Random random;
    private final StringBuilder whole = new StringBuilder();
    private final List<String> removals = new ArrayList<>();
    private final List<String> comments = new ArrayList<>();
    private final int labels;

    RandomSchema(long seed) {
        random = new Random(seed);
        labels = 1 + random.nextInt(4);
        int tables = 1 + random.nextInt(4);
        for (int i = 0; i < tables; i++) {
            table(i);
        }
        if (random.nextBoolean()) {
            whole.append("CREATE VIEW seen AS SELECT id, 'x'::text AS x FROM \"T 0\";\n");
            removals.add("DROP VIEW IF EXISTS seen");
        }
    }

    /** All of it, as an expected file has it. */
    String expected() {
        return enumOf(4) + whole + String.join("", comments);
    }

    /** All of it, but an enum that may have fewer labels, and rows in every table. */
    String live() {
        return enumOf(labels) + whole + String.join("", comments);
    }

    /** Some of the removals, in an order made by chance. */
    List<String> chosenRemovals() {
        return removals.stream().filter(removal -> random.nextInt(3) == 0).toList();
    }

    private static String enumOf(int labels) {
        List<String> all = List.of("'dull'", "'so so'", "'gl''ad'", "'x'").subList(0, labels);
        return "CREATE TYPE mood AS ENUM (" + String.join(", ", all) + ");\n";
    }

    private void table(int number) {
        String name = random.nextBoolean() || number == 0 ? "\"T " + number + "\"" : "t" + number;
        List<String> lines = new ArrayList<>(List.of("id bigint PRIMARY KEY"));
        List<String> columns = new ArrayList<>();
        for (int c = 0; c < random.nextInt(7); c++) {
            String column = random.nextInt(5) == 0 ? "\"order " + c + "\"" : "c" + c;
            lines.add(column + " " + definition());
            columns.add(column);
            removals.add("ALTER TABLE IF EXISTS " + name + " DROP COLUMN IF EXISTS " + column + " CASCADE");
        }
        whole.append("CREATE TABLE ")
                .append(name)
                .append(" (\n  ")
                .append(String.join(",\n  ", lines))
                .append(");\n");
        whole.append("ALTER TABLE ")
                .append(name)
                .append(" ADD CONSTRAINT big CHECK (id > -")
                .append(number + 1)
                .append(");\n");
        removals.add("ALTER TABLE IF EXISTS " + name + " DROP CONSTRAINT IF EXISTS big");
        for (String column : columns) {
            extras(number, name, column);
        }
        if (number > 0 && random.nextBoolean()) {
            whole.append("ALTER TABLE ")
                    .append(name)
                    .append(" ADD parent bigint CONSTRAINT up REFERENCES \"T 0\" ON DELETE CASCADE;\n");
            removals.add("ALTER TABLE IF EXISTS " + name + " DROP CONSTRAINT IF EXISTS up");
            removals.add("ALTER TABLE IF EXISTS " + name + " DROP COLUMN IF EXISTS parent");
        }
        if (number > 0) {
            removals.add("DROP TABLE IF EXISTS " + name + " CASCADE");
        }
    }

    private String definition() {
        return switch (random.nextInt(6)) {
            case 0 -> "integer NOT NULL DEFAULT 42";
            case 1 -> "timestamptz NOT NULL DEFAULT now()";
            case 2 -> "text DEFAULT 'it''s'";
            case 3 -> "mood DEFAULT 'dull'";
            default -> TYPES.get(random.nextInt(TYPES.size()));
        };
    }

    private void extras(int table, String name, String column) {
        if (random.nextInt(3) == 0) {
            String index = "i" + table + "_" + column.replaceAll("\\W", "");
            whole.append("CREATE INDEX ")
                    .append(index)
                    .append(" ON ")
                    .append(name)
                    .append(" (")
                    .append(column)
                    .append(random.nextBoolean() ? " DESC" : "")
                    .append(") WHERE id > 3;\n");
            removals.add("DROP INDEX IF EXISTS " + index);
        }
        if (random.nextInt(3) == 0) {
            comments.add("COMMENT ON COLUMN " + name + "." + column + " IS 'it''s " + table + "';\n");
        }
    }
}
