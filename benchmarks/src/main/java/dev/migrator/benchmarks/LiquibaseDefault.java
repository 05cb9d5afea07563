package dev.migrator.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.DirectoryResourceAccessor;

/** Formatted SQL files, all that the folder of the root change log holds. */
final class LiquibaseDefault {

    private LiquibaseDefault() {}

    static void apply(String url, Path folder) throws Exception {
        DirectoryResourceAccessor files =
                new DirectoryResourceAccessor(folder.toAbsolutePath().getParent());
        try (Connection connection = DriverManager.getConnection(url);
                Liquibase liquibase = new Liquibase("changelog.xml", files, new JdbcConnection(connection))) {
            liquibase.update(new Contexts(), new LabelExpression());
        }
    }
}
