package dev.migrator.sample;

import dev.migrator.migration.BatchMigration;
import dev.migrator.migration.BatchSource;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the legacy passwords of one table into bcrypt, batch by batch. A password that can't be read is left as it is and
 * named in {@code schema_migration_failures}; its owner needs a new one.
 */
abstract class PasswordBatch implements BatchMigration {

    private final MigrationName name;
    private final String table;
    private final LegacyPasswords passwords;

    PasswordBatch(String name, String table, LegacyPasswords passwords) {
        this.name = MigrationName.of(name);
        this.table = table;
        this.passwords = passwords;
    }

    @Override
    public MigrationName name() {
        return name;
    }

    @Override
    public String description() {
        return "Legacy passwords of " + table + " to bcrypt";
    }

    @Override
    public Integer batchSize() {
        return 20;
    }

    /** More than a few broken ones would mean that something else is wrong. */
    @Override
    public long maxFailures() {
        return 5;
    }

    /** A second run finds nothing to do: what is done does not meet the condition any more. */
    @Override
    public BatchSource source() {
        return BatchSource.of(table).columns("id", "password").where("password LIKE '" + LegacyPasswords.MARK + "%'");
    }

    @Override
    public void migrate(MigrationContext context, List<Map<String, @Nullable Object>> rows) {
        for (Map<String, @Nullable Object> row : rows) {
            context.jdbc()
                    .sql("UPDATE " + table + " SET password = :hash WHERE id = :id")
                    .param("hash", passwords.toBcrypt(String.valueOf(row.get("password"))))
                    .param("id", row.get("id"))
                    .update();
        }
    }

    /** Whatever is still legacy must be among those that were left out by name. */
    @Override
    public boolean verify(MigrationContext context) {
        long leftovers = context.jdbc()
                .sql("SELECT count(*) FROM " + table + " WHERE password LIKE '" + LegacyPasswords.MARK + "%'"
                        + " AND id::text NOT IN (SELECT record_key[1] FROM schema_migration_failures"
                        + " WHERE migration_name = :migration)")
                .param("migration", name.value())
                .query(Long.class)
                .single();
        context.log().info("{} legacy passwords of {} were overlooked", leftovers, table);
        return leftovers == 0;
    }
}
