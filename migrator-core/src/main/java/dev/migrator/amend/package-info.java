/** What a person decides about the history by hand: accept, reset, skip, baseline. */
@NullMarked
package dev.migrator.amend;

import org.jspecify.annotations.NullMarked;
