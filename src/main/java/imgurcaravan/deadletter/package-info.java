/**
 * Images that could not be had, kept until they are sent round again.
 *
 * <p>In come exchanges that failed for good; out go lines of a file, and from there images to the queue. A letter is in
 * the file before its queue entry is acknowledged, and leaves it only when its image has come to an end again.
 */
package imgurcaravan.deadletter;
