/** SQL of the user that runs beside the migrations: read, checked, and made part of what is sent. */
@NullMarked
package dev.migrator.hook;

import org.jspecify.annotations.NullMarked;
