/**
 * The poll: from Imgur's listing to image messages.
 *
 * <p>In come the responses of the API, in every known shape; out go the new images, one message each, and the counts of
 * all others. Nothing here fetches an image.
 */
package imgurcaravan.gallery;
