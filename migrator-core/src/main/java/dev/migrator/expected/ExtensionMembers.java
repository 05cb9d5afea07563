package dev.migrator.expected;

import dev.migrator.postgres.Session;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.problem.SafeText;
import dev.migrator.schema.CatalogReader;
import dev.migrator.schema.SchemaObject;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What extensions brought is in no snapshot: an expected object of such a name would be missing for ever. */
public final class ExtensionMembers {

    private static final String MEMBERS = """
            SELECT e.extname, n.nspname, m.name
              FROM pg_catalog.pg_extension e
              JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
               AND d.refobjid = e.oid AND d.deptype = 'e'
              JOIN (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS classid, oid, relnamespace AS namespace,
                           relname::pg_catalog.text AS name FROM pg_catalog.pg_class
                    UNION ALL
                    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, oid, typnamespace, typname::pg_catalog.text
                      FROM pg_catalog.pg_type
                    UNION ALL
                    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, pronamespace, pg_catalog.quote_ident(proname)
                           || '(' || pg_catalog.oidvectortypes(proargtypes) || ')' FROM pg_catalog.pg_proc) m
                ON m.classid = d.classid AND m.oid = d.objid
              JOIN pg_catalog.pg_namespace n ON n.oid = m.namespace
             WHERE m.name = ANY (?::pg_catalog.text[])""";

    private ExtensionMembers() {}

    /** Throws if any of them is an extension's. Asks nothing where nothing is missing. */
    public static void refuse(Session session, ExpectedSchema expected, List<SchemaObject> missing) throws SQLException {
        if (missing.isEmpty()) {
            return;
        }
        Map<List<String>, String> extensions = CatalogReader.within(session, () -> extensions(session, missing));
        Problems problems = new Problems();
        for (SchemaObject object : missing) {
            String extension = object.kind().isPart()
                    ? null
                    : extensions.get(List.of(object.name().schema(), object.name().name()));
            if (extension != null) {
                problems.add(Problem.error(
                        ProblemCode.EXPECTED_SCHEMA,
                        expected.fileOf(object).map(ExpectedFile::location).orElse("expected schema"),
                        "The database has " + SafeText.line(object.label()) + " from the extension "
                                + SafeText.line(extension) + ", which brings it along and changes it.",
                        "Remove it from the file; CREATE EXTENSION there asks for the extension itself."));
            }
        }
        problems.throwIfErrors();
    }

    /** By schema and name. */
    private static Map<List<String>, String> extensions(Session session, List<SchemaObject> missing)
            throws SQLException {
        Map<List<String>, String> extensions = new HashMap<>();
        String[] names = missing.stream().map(object -> object.name().name()).toArray(String[]::new);
        session.query(
                MEMBERS,
                row -> extensions.put(List.of(row.getString(2), row.getString(3)), row.getString(1)),
                (Object) names);
        return extensions;
    }
}
