/** The endpoint as a page for people, at the same path: a browser gets it, everybody else gets JSON. */
@NullMarked
package dev.migrator.autoconfigure.actuate.page;

import org.jspecify.annotations.NullMarked;
