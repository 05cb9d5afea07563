package dev.migrator.command;

import java.util.Collections;
import java.util.Iterator;

/**
 * Marks a parameter as a migration's name. A script for a shell can't know them; the interactive shell puts them in.
 */
public final class Names implements Iterable<String> {

    static final String OF_ONE = "The migration; a part of its name that fits only one is enough.";

    @Override
    public Iterator<String> iterator() {
        return Collections.emptyIterator();
    }
}
