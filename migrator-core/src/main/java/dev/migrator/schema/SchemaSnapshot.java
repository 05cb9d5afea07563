package dev.migrator.schema;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All objects of one or several schemas at one moment. One schema has one text, whatever the order in which it was made,
 * before and after dump and restore, on every supported server.
 */
public final class SchemaSnapshot {

    /** Which object. */
    public record Key(ObjectKind kind, ObjectName name) implements Comparable<Key> {

        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::kind).thenComparing(Key::name);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    private final TreeMap<Key, SchemaObject> objects = new TreeMap<>();
    private final Map<ObjectName, List<SchemaObject>> parts = new TreeMap<>();

    public SchemaSnapshot(List<SchemaObject> objects) {
        for (SchemaObject object : objects) {
            this.objects.put(new Key(object.kind(), object.name()), object);
        }
        for (SchemaObject object : this.objects.values()) {
            if (object.kind().isPart()) {
                parts.computeIfAbsent(object.name().whole(), whole -> new ArrayList<>())
                        .add(object);
            }
        }
    }

    /** What is in these schemas. */
    public SchemaSnapshot within(Collection<String> schemas) {
        return new SchemaSnapshot(objects.values().stream()
                .filter(object -> schemas.contains(object.name().schema()))
                .toList());
    }

    /** By kind, then by name. */
    public List<SchemaObject> objects() {
        return List.copyOf(objects.values());
    }

    public Optional<SchemaObject> find(ObjectKind kind, ObjectName name) {
        return Optional.ofNullable(objects.get(new Key(kind, name)));
    }

    public boolean has(ObjectKind kind, ObjectName name) {
        return objects.containsKey(new Key(kind, name));
    }

    /** The parts of one kind of a table or view; columns in the order of the table. */
    public List<SchemaObject> parts(ObjectKind kind, ObjectName whole) {
        return parts.getOrDefault(whole, List.of()).stream()
                .filter(part -> part.kind() == kind)
                .sorted(Comparator.comparingLong(SchemaObject::created))
                .toList();
    }

    /** The columns of the parents that a column of a partition or a child comes from. */
    public List<SchemaObject> inheritedFrom(SchemaObject column) {
        return find(ObjectKind.TABLE, column.name().whole())
                .map(table -> table.is("partition of") ? table.need("partition of") : table.fact("inherits"))
                .map(parents -> ", " + parents + ",")
                .map(parents -> objects.values().stream()
                        .filter(other ->
                                other.kind() == ObjectKind.TABLE && parents.contains(", " + other.quoted() + ","))
                        .flatMap(parent -> find(
                                ObjectKind.COLUMN,
                                parent.name().part(column.name().name()))
                                .stream())
                        .toList())
                .orElse(List.of());
    }

    /** The canonical text; see {@link SnapshotText}. */
    public String text() {
        return SnapshotText.write(objects.values());
    }

    /** Whether a text is in the form that this release writes; no other one can be compared with it. */
    public static boolean canParse(String text) {
        return SnapshotText.isOfThisForm(text);
    }

    public static SchemaSnapshot parse(String text) {
        return new SchemaSnapshot(SnapshotText.read(text));
    }

    /** Equal for equal schemas. */
    public String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return "sha256:" + HexFormat.of().formatHex(digest.digest(text().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return text();
    }
}
