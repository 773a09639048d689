package imgurcaravan.testing;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Fills a {@link StandInImgur} with images of all formats in posts of all kinds; the same for the same seed. */
final class RandomGallery {

    private static final List<String> MIMES =
            List.of("image/jpeg", "image/png", "image/gif", "video/mp4", "image/webp");
    private static final String ALPHANUMERICS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final SplittableRandom random;

    RandomGallery(long seed) {
        random = new SplittableRandom(seed);
    }

    void fill(StandInImgur imgur, int count, int minBytes, int maxBytes) {
        Set<String> distinct = new LinkedHashSet<>();
        while (distinct.size() < count) {
            distinct.add(id());
        }
        List<String> ids = new ArrayList<>(distinct);
        for (int i = 0; i < count; i++) {
            int size = random.nextInt(minBytes, maxBytes + 1);
            // A WebP file has an even size.
            String mime = MIMES.get(size % 2 == 0 ? (i + 4) % 5 : i % 4);
            imgur.addImage(ids.get(i), Samples.of(mime, random.nextLong(), size), mime);
        }
        int used = 0;
        while (used < count) {
            int size = Math.min(count - used, postSize());
            if (size == 1 && random.nextBoolean()) {
                imgur.addPost(ids.get(used));
            } else {
                String title = "Caravan \"" + used + "\" – шатёр 🐪\nsecond line / \\ ..";
                imgur.addAlbum(id(), title, ids.subList(used, used + size), 3);
            }
            used += size;
        }
    }

    /** Half of the posts have one image, and half of the others more than the listing shows. */
    private int postSize() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(2, 4);
            case 1 -> random.nextInt(4, 10);
            default -> 1;
        };
    }

    private String id() {
        StringBuilder id = new StringBuilder(7);
        while (id.length() < 7) {
            id.append(ALPHANUMERICS.charAt(random.nextInt(ALPHANUMERICS.length())));
        }
        return id.toString();
    }
}
