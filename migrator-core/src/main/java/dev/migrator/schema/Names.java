package dev.migrator.schema;

import dev.migrator.postgres.Sql;
import java.util.Set;

/** Names as a person would write them: in quotes only where they need them. */
public final class Names {

    /** Every word that some server from 14 on does not take as any name without quotes. */
    private static final Set<String> KEYWORDS = Set.of(("""
            all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case
            cast char character check coalesce collate collation column concurrently constraint create cross current_catalog
            current_date current_role current_schema current_time current_timestamp current_user dec decimal default
            deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant
            greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull
            join json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
            json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national
            natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay
            placing position precision primary real references returning right row select session_user setof similar
            smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true
            union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat
            xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable""").split("\\s+"));

    private Names() {}

    public static String quoted(String name) {
        return name.isEmpty() || isPlain(name) && !KEYWORDS.contains(name) ? name : Sql.identifier(name);
    }

    private static boolean isPlain(String name) {
        char first = name.charAt(0);
        return (first == '_' || first >= 'a' && first <= 'z')
                && name.chars().allMatch(c -> c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9');
    }
}
