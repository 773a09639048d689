/**
 * The poll: from Imgur's listing to image messages.
 *
 * <p>In come the answers of the API, in all the shapes it has been seen to send; out go the images that are new, one
 * message each, and the counts of those that are not. Nothing here fetches an image.
 */
package imgurcaravan.gallery;
