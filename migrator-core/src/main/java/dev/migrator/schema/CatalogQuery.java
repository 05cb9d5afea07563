package dev.migrator.schema;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The whole schema in one statement: a row for each object with its kind, schema, relation, name, place in the order of
 * creation, and its facts as name and value in turn. Everything comes out of the server's own functions, none is a text
 * that somebody wrote. What is at its default is left out, so that servers of different versions say the same.
 */
final class CatalogQuery {

    private static final String SCHEMAS = """
            SELECT 'schema', n.nspname, '', '', n.oid, ARRAY[
                'grants', {grants n.nspacl n n.nspowner},
                'comment', CASE WHEN n.nspname <> 'public' OR d.description <> 'standard public schema'
                                THEN d.description END]
              FROM ns n
              LEFT JOIN pg_description d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid AND d.objsubid = 0""";

    private static final String EXTENSIONS = """
            SELECT 'extension', n.nspname, '', e.extname, e.oid, ARRAY['version', e.extversion]
              FROM ns n JOIN pg_extension e ON e.extnamespace = n.oid""";

    private static final String TYPES = """
            SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'composite' END,
                n.nspname, '', t.typname, t.oid, ARRAY[
                'labels', (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                             FROM pg_enum e WHERE e.enumtypid = t.oid),
                'type', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
                'collation', CASE WHEN t.typtype = 'd' THEN
                    (SELECT quote_ident(m.nspname) || '.' || quote_ident(c.collname) FROM pg_collation c
                       JOIN pg_namespace m ON m.oid = c.collnamespace JOIN pg_type b ON b.oid = t.typbasetype
                      WHERE c.oid = t.typcollation AND t.typcollation <> b.typcollation) END,
                'not null', CASE WHEN t.typnotnull THEN 'yes' END,
                'default', pg_get_expr(t.typdefaultbin, 0),
                'checks', (SELECT string_agg('CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid),
                                             ' ' ORDER BY k.conname)
                             FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
                'subtype', format_type(g.rngsubtype, NULL),
                'operator class', (SELECT quote_ident(m.nspname) || '.' || quote_ident(o.opcname) FROM pg_opclass o
                                     JOIN pg_namespace m ON m.oid = o.opcnamespace
                                    WHERE o.oid = g.rngsubopc AND NOT o.opcdefault),
                'collation', (SELECT quote_ident(m.nspname) || '.' || quote_ident(c.collname) FROM pg_collation c
                                JOIN pg_namespace m ON m.oid = c.collnamespace JOIN pg_type b ON b.oid = g.rngsubtype
                               WHERE c.oid = g.rngcollation AND g.rngcollation <> b.typcollation),
                'canonical', CASE WHEN g.rngcanonical <> 0 THEN g.rngcanonical::text END,
                'difference', CASE WHEN g.rngsubdiff <> 0 THEN g.rngsubdiff::text END,
                'attributes', (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                                                 || COALESCE(' COLLATE ' || quote_ident(m.nspname) || '.'
                                                             || quote_ident(c.collname), ''),
                                                 ', ' ORDER BY a.attnum)
                                 FROM pg_attribute a
                                 JOIN pg_type b ON b.oid = a.atttypid
                                 LEFT JOIN pg_collation c
                                   ON c.oid = a.attcollation AND a.attcollation <> b.typcollation
                                 LEFT JOIN pg_namespace m ON m.oid = c.collnamespace
                                WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
                'grants', {grants t.typacl T t.typowner},
                'comment', d.description]
              FROM ns n
              JOIN pg_type t ON t.typnamespace = n.oid
              LEFT JOIN pg_range g ON g.rngtypid = t.oid
              LEFT JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid AND d.objsubid = 0
             WHERE (t.typtype IN ('e', 'd', 'r')
                    OR t.typtype = 'c' AND EXISTS (SELECT FROM rel r WHERE r.oid = t.typrelid AND r.relkind = 'c'))
               AND NOT EXISTS (SELECT FROM ext x WHERE x.classid = 'pg_type'::regclass AND x.objid = t.oid)""";

    private static final String FUNCTIONS = """
            SELECT CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END, n.nspname, '',
                quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')', p.oid, ARRAY[
                'definition', CASE WHEN p.prokind <> 'a' THEN rtrim(pg_get_functiondef(p.oid), E'\\n') END,
                'transition', g.aggtransfn::text,
                'state', CASE WHEN g.aggfnoid IS NOT NULL THEN format_type(g.aggtranstype, NULL) END,
                'final', CASE WHEN g.aggfinalfn <> 0 THEN g.aggfinalfn::text END,
                'combine', CASE WHEN g.aggcombinefn <> 0 THEN g.aggcombinefn::text END,
                'initial', g.agginitval,
                'parallel', CASE WHEN p.prokind = 'a' THEN
                    CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END END,
                'more', CASE WHEN g.aggkind <> 'n' OR g.aggfinalextra OR g.aggsortop <> 0 OR g.aggtransspace <> 0
                                  OR g.aggserialfn <> 0 OR g.aggmtransfn <> 0 THEN
                    concat_ws(', ', CASE g.aggkind WHEN 'o' THEN 'ordered set' WHEN 'h' THEN 'hypothetical set' END,
                              CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                              'SORTOP = ' || NULLIF(g.aggsortop, 0)::regoperator, 'SSPACE = ' || NULLIF(g.aggtransspace, 0),
                              'SERIALFUNC = ' || NULLIF(g.aggserialfn::oid, 0)::regproc,
                              'MSFUNC = ' || NULLIF(g.aggmtransfn::oid, 0)::regproc) END,
                'grants', {grants p.proacl f p.proowner},
                'comment', d.description]
              FROM ns n
              JOIN pg_proc p ON p.pronamespace = n.oid
              LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
              LEFT JOIN pg_description d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid AND d.objsubid = 0
             WHERE NOT EXISTS (SELECT FROM ext x WHERE x.classid = 'pg_proc'::regclass AND x.objid = p.oid)
               AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_proc'::regclass AND o.objid = p.oid
                                  AND o.deptype = 'i')""";

    /** Parameters: the schemas, whether grants are read, the schema of our tables, their names. */
    private static final String COMMON = """
            WITH ns AS MATERIALIZED (
                SELECT n.* FROM pg_namespace n WHERE n.nspname = ANY (?::text[])),
            wish AS MATERIALIZED (SELECT ?::boolean AS grants),
            ext AS MATERIALIZED (SELECT d.classid, d.objid FROM pg_depend d WHERE d.deptype = 'e'),
            ours AS MATERIALIZED (
                SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = ?::text AND c.relname = ANY (?::text[]) AND c.relkind IN ('r', 'p')),
            rel AS MATERIALIZED (
                SELECT c.*, n.nspname
                  FROM ns n JOIN pg_class c ON c.relnamespace = n.oid
                 WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c') AND c.relpersistence <> 't'
                   AND NOT EXISTS (SELECT FROM ours o WHERE o.oid = c.oid)
                   AND NOT EXISTS (SELECT FROM ext x WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid))
            """;

    /** What everybody has by default is left out, and so is what the owner may do. */
    private static final String GRANTS = """
            CASE WHEN (SELECT grants FROM wish) THEN (
                    SELECT string_agg(e.privilege_type || ' TO ' || COALESCE(quote_ident(u.rolname), 'PUBLIC')
                                      || CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END,
                                      ', ' ORDER BY u.rolname, e.privilege_type)
                      FROM aclexplode(COALESCE($1, acldefault('$2', $3))) e LEFT JOIN pg_roles u ON u.oid = e.grantee
                     WHERE e.grantee <> $3) END""";

    private static final Pattern GRANTS_OF = Pattern.compile("\\{grants (\\S+) (\\S+) (\\S+)}");

    static final String SQL = COMMON
            + GRANTS_OF
                    .matcher(List.of(
                                    SCHEMAS,
                                    EXTENSIONS,
                                    TYPES,
                                    FUNCTIONS,
                                    RelationQueries.TABLES,
                                    RelationQueries.COLUMNS,
                                    RelationQueries.CONSTRAINTS,
                                    RelationQueries.INDEXES,
                                    RelationQueries.TRIGGERS,
                                    RelationQueries.POLICIES,
                                    RelationQueries.VIEWS,
                                    RelationQueries.SEQUENCES)
                            .stream()
                            .collect(Collectors.joining("\nUNION ALL\n")))
                    .replaceAll(CatalogQuery::grants);

    private CatalogQuery() {}

    private static String grants(java.util.regex.MatchResult of) {
        String text =
                GRANTS.replace("$1", of.group(1)).replace("$2", of.group(2)).replace("$3", of.group(3));
        return Matcher.quoteReplacement(text);
    }
}
