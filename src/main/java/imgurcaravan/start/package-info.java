/**
 * What the process does before and around Camel: its command line, its files, and the line that says why it cannot
 * start.
 *
 * <p>In come arguments and the working directory; out go settings for Camel.
 */
package imgurcaravan.start;
