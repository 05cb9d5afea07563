package dev.migrator.source;

/**
 * How to look for files.
 *
 * @param onUnknownFile what to make of a file that fits no form
 * @param followLinksOutside whether a symbolic link may lead out of its location
 * @param maxFileSize in bytes; it guards against a mistake, since large files are streamed
 * @param index what was read of the class path's files when the service was built
 */
public record SourceOptions(UnknownFiles onUnknownFile, boolean followLinksOutside, long maxFileSize, FileIndex index) {

    public SourceOptions(UnknownFiles onUnknownFile, boolean followLinksOutside, long maxFileSize) {
        this(onUnknownFile, followLinksOutside, maxFileSize, FileIndex.NONE);
    }

    public static final SourceOptions DEFAULTS = new SourceOptions(UnknownFiles.WARN, false, 4L << 30);
}
