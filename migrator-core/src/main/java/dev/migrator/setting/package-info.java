/** What the text of a setting means, wherever it comes from: the same words are understood, or refused, by every face. */
@NullMarked
package dev.migrator.setting;

import org.jspecify.annotations.NullMarked;
