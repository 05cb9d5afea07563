/** What the comment lines at a file's head ask for. */
@NullMarked
package dev.migrator.directive;

import org.jspecify.annotations.NullMarked;
