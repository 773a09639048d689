/**
 * A short run of the whole application against itself, from which the launcher has the JVM take an archive of classes.
 *
 * <p>In comes an empty working directory; out go the archive that the JVM writes at its exit, and the exit code. Nothing
 * here is loaded in any other run.
 */
package imgurcaravan.training;
