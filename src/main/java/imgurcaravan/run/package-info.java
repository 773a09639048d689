/**
 * The process as a whole: its settings, its polls and how it ends.
 *
 * <p>In come the settings of the Camel context and the counts of the other packages; out go the line that ends each
 * poll and the exit code. It knows nothing about Imgur or files.
 */
package imgurcaravan.run;
