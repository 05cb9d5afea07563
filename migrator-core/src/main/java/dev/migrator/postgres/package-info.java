/** The one dedicated session: how it is opened, what is sent through it, how it is cleaned, what the server answers. */
@NullMarked
package dev.migrator.postgres;

import org.jspecify.annotations.NullMarked;
