package dev.migrator.schema;

/** Branches of {@link CatalogQuery} for tables and what belongs to them. */
final class RelationQueries {

    static final String TABLES = """
            SELECT 'table', r.nspname, '', r.relname, r.oid, ARRAY[
                'kind', CASE r.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' END,
                'persistence', CASE r.relpersistence WHEN 'u' THEN 'unlogged' END,
                'partition by', CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END,
                'partition of', CASE WHEN r.relispartition THEN p.parents END,
                'bound', pg_get_expr(r.relpartbound, r.oid),
                'inherits', CASE WHEN NOT r.relispartition THEN p.parents END,
                'of type', CASE WHEN r.reloftype <> 0 THEN format_type(r.reloftype, NULL) END,
                'server', (SELECT s.srvname FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver
                            WHERE f.ftrelid = r.oid),
                'row security', CASE WHEN r.relrowsecurity THEN
                                     CASE WHEN r.relforcerowsecurity THEN 'enabled, forced' ELSE 'enabled' END END,
                'replica identity', CASE r.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN
                    (SELECT 'using index ' || quote_ident(c.relname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                      WHERE i.indrelid = r.oid AND i.indisreplident) END,
                'options', array_to_string(r.reloptions, ', '),
                'grants', {grants r.relacl r r.relowner},
                'comment', d.description]
              FROM rel r
              LEFT JOIN LATERAL (
                    SELECT string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno) AS parents
                      FROM pg_inherits h WHERE h.inhrelid = r.oid) p ON true
              LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = r.oid AND d.objsubid = 0
             WHERE r.relkind IN ('r', 'p', 'f')""";

    /**
     * A default, perhaps that of its domain, is volatile if any function in its expression tree is: only such a one
     * rewrites the table. So does a domain with constraints, of its own or of one that it is made of.
     */
    static final String COLUMNS = """
            SELECT 'column', r.nspname, r.relname, a.attname, a.attnum, ARRAY[
                'type', format_type(a.atttypid, a.atttypmod),
                'collation', CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0 THEN
                    (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.collname) FROM pg_collation c
                       JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = a.attcollation) END,
                'not null', CASE WHEN a.attnotnull THEN 'yes' END,
                'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(v.adbin, v.adrelid) END,
                'volatile', CASE WHEN a.attgenerated = '' AND EXISTS (
                    SELECT FROM regexp_matches(COALESCE(v.adbin, t.typdefaultbin)::text,
                                               ':(?:funcid|opfuncid) (\\d+)', 'g') m
                      JOIN pg_proc f ON f.oid = m[1]::oid WHERE f.provolatile = 'v') THEN 'yes' END,
                'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(v.adbin, v.adrelid) END,
                'stored', CASE a.attgenerated WHEN 's' THEN 'yes' END,
                'identity', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END,
                'sequence', (
                    SELECT format('START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s', s.seqstart,
                                  s.seqincrement, s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END)
                      FROM pg_depend o JOIN pg_sequence s ON s.seqrelid = o.objid
                     WHERE a.attidentity <> '' AND o.classid = 'pg_class'::regclass AND o.deptype = 'i'
                       AND o.refclassid = 'pg_class'::regclass AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
                       AND ((s.seqstart, s.seqincrement, s.seqmin, s.seqcache, s.seqcycle) <> (1, 1, 1, 1, false)
                            OR s.seqmax <> CASE s.seqtypid WHEN 'int2'::regtype THEN 32767
                                WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END)),
                'storage', CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN'
                    WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' WHEN 'x' THEN 'EXTENDED' END END,
                'compression', CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
                'inherited', CASE WHEN a.attinhcount > 0 THEN 'yes' END,
                'constrained', CASE WHEN t.typtype = 'd' AND EXISTS (
                    WITH RECURSIVE b AS (
                        SELECT t.oid, t.typbasetype, t.typnotnull
                        UNION ALL
                        SELECT o.oid, o.typbasetype, o.typnotnull FROM b JOIN pg_type o ON o.oid = b.typbasetype
                         WHERE o.typtype = 'd')
                    SELECT FROM b WHERE b.typnotnull OR EXISTS (SELECT FROM pg_constraint k WHERE k.contypid = b.oid))
                    THEN 'yes' END,
                'grants', {grants a.attacl c r.relowner},
                'comment', d.description]
              FROM rel r
              JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
              JOIN pg_type t ON t.oid = a.atttypid
              LEFT JOIN pg_attrdef v ON v.adrelid = a.attrelid AND v.adnum = a.attnum
              LEFT JOIN pg_description d
                ON d.classoid = 'pg_class'::regclass AND d.objoid = r.oid AND d.objsubid = a.attnum
             WHERE r.relkind IN ('r', 'p', 'f')""";

    /** What a partition or a child has from its parent is told of the parent; 18 knows NOT NULL as constraints, too. */
    static final String CONSTRAINTS = """
            SELECT 'constraint', r.nspname, r.relname, c.conname, c.oid, ARRAY[
                'type', CASE c.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
                                       WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion' END,
                'definition', pg_get_constraintdef(c.oid),
                'comment', d.description]
              FROM rel r
              JOIN pg_constraint c ON c.conrelid = r.oid AND c.contype IN ('p', 'u', 'f', 'c', 'x')
               AND c.conparentid = 0 AND (c.conislocal OR c.coninhcount = 0)
              LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid AND d.objsubid = 0""";

    static final String INDEXES = """
            SELECT 'index', r.nspname, r.relname, c.relname, c.oid, ARRAY[
                'definition', pg_get_indexdef(i.indexrelid),
                'unique', CASE WHEN i.indisunique THEN 'yes' END,
                'invalid', CASE WHEN NOT i.indisvalid THEN 'yes' END,
                'comment', d.description]
              FROM rel r
              JOIN pg_index i ON i.indrelid = r.oid
              JOIN pg_class c ON c.oid = i.indexrelid AND NOT c.relispartition
              LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
             WHERE r.relkind IN ('r', 'p', 'm')
               AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid
                                  AND k.contype IN ('p', 'u', 'x'))""";

    static final String TRIGGERS = """
            SELECT 'trigger', r.nspname, r.relname, g.tgname, g.oid, ARRAY[
                'definition', pg_get_triggerdef(g.oid),
                'enabled', CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END,
                'comment', d.description]
              FROM rel r
              JOIN pg_trigger g ON g.tgrelid = r.oid AND NOT g.tgisinternal AND g.tgparentid = 0
              LEFT JOIN pg_description d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = g.oid AND d.objsubid = 0
            UNION ALL
            SELECT 'rule', r.nspname, r.relname, w.rulename, w.oid, ARRAY[
                'definition', pg_get_ruledef(w.oid),
                'enabled', CASE w.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END,
                'comment', d.description]
              FROM rel r
              JOIN pg_rewrite w ON w.ev_class = r.oid AND w.rulename <> '_RETURN'
              LEFT JOIN pg_description d ON d.classoid = 'pg_rewrite'::regclass AND d.objoid = w.oid AND d.objsubid = 0""";

    static final String POLICIES = """
            SELECT 'policy', r.nspname, r.relname, p.polname, p.oid, ARRAY[
                'kind', CASE WHEN NOT p.polpermissive THEN 'RESTRICTIVE' END,
                'command', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                                         WHEN 'd' THEN 'DELETE' END,
                'roles', (SELECT string_agg(quote_ident(u.rolname), ', ' ORDER BY u.rolname) FROM pg_roles u
                           WHERE u.oid = ANY (p.polroles)),
                'using', pg_get_expr(p.polqual, p.polrelid),
                'check', pg_get_expr(p.polwithcheck, p.polrelid),
                'comment', d.description]
              FROM rel r
              JOIN pg_policy p ON p.polrelid = r.oid
              LEFT JOIN pg_description d ON d.classoid = 'pg_policy'::regclass AND d.objoid = p.oid AND d.objsubid = 0""";

    static final String VIEWS = """
            SELECT CASE r.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, r.nspname, '', r.relname, r.oid, ARRAY[
                'definition', rtrim(pg_get_viewdef(r.oid), ';'),
                'options', array_to_string(r.reloptions, ', '),
                'column comments', (
                    SELECT string_agg(quote_ident(a.attname) || ' IS ' || quote_literal(e.description), ', ' ORDER BY a.attnum)
                      FROM pg_description e JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = e.objsubid
                     WHERE e.classoid = 'pg_class'::regclass AND e.objoid = r.oid AND e.objsubid > 0),
                'grants', {grants r.relacl r r.relowner},
                'comment', d.description]
              FROM rel r
              LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = r.oid AND d.objsubid = 0
             WHERE r.relkind IN ('v', 'm')""";

    /** The sequence of an identity column is told of the column. */
    static final String SEQUENCES = """
            SELECT 'sequence', r.nspname, '', r.relname, r.oid, ARRAY[
                'type', format_type(s.seqtypid, NULL),
                'start', s.seqstart::text, 'increment', s.seqincrement::text,
                'min', s.seqmin::text, 'max', s.seqmax::text, 'cache', s.seqcache::text,
                'cycle', CASE WHEN s.seqcycle THEN 'yes' END,
                'persistence', CASE r.relpersistence WHEN 'u' THEN 'unlogged' END,
                'owned by', (SELECT o.refobjid::regclass::text || '.' || quote_ident(a.attname)
                               FROM pg_depend o JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
                              WHERE o.classid = 'pg_class'::regclass AND o.objid = r.oid AND o.deptype = 'a'
                                AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0),
                'grants', {grants r.relacl s r.relowner},
                'comment', d.description]
              FROM rel r
              JOIN pg_sequence s ON s.seqrelid = r.oid
              LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = r.oid AND d.objsubid = 0
             WHERE NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = r.oid
                                  AND o.refclassid = 'pg_class'::regclass
                                  AND (o.deptype = 'i' OR o.deptype = 'a' AND o.refobjid IN (SELECT ours.oid FROM ours)))""";

    private RelationQueries() {}
}
