package imgurcaravan.demo;

import imgurcaravan.demo.DemoImage.Format;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays out the posts of the stand-in gallery: single images and albums, of every format, with one image deleted.
 *
 * <p>Eight posts follow a pattern that repeats. A post is the same in a gallery of any number of posts, so that a
 * larger one adds to a smaller one; only which image is deleted depends on the number where it is below seven.
 */
final class Catalogue {

    private static final int DELETED_POST = 6;
    private static final int CYCLE = 8;

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 7;
    /** 62 to the power of 7. */
    private static final long IDS = 3_521_614_606_208L;
    /** Coprime to 62, so that no two numbers get the same id. */
    private static final long STRIDE = 1_290_472_365_217L;

    private static final int FIRST_ALBUM = 1_000_000;

    private static final List<String> TITLES = List.of(
            "Dusk over the dunes, day 3 of the crossing",
            "Tile work along the salt road 🧿",
            "قافلة عند الغروب",
            "One frame that I kept",
            "It moves if you wait for it 🐪🐪🐪",
            "駱駝商隊 – the whole crossing in order",
            "This was here yesterday",
            "Čaj, chléb a hvězdy",
            "Fata Morgana, über dem Salzsee",
            "Three wells & \"one\" <map>",
            "Пески поют ночью",
            "La última estrella",
            "The wind does this every morning 🌬️",
            "砂漠の夜明けから夜まで",
            "π seen in a dune, give or take",
            "Ørkenens to ansigter",
            "No filter. OK, some filter.",
            "आज का पड़ाव",
            "Fractal or river? Both.",
            "Σαχάρα",
            "Northern lights where none should be",
            "Everything that I carried, unpacked 🎒",
            "Canyon at noon",
            "Kervansaray'da iki gece");

    private Catalogue() {}

    /** @param count how many posts, from 1 */
    static List<DemoPost> posts(int count) {
        List<DemoPost> posts = new ArrayList<>(count);
        int deleted = Math.min(DELETED_POST, count - 1);
        int images = 0;
        for (int number = 0; number < count; number++) {
            DemoPost post = post(number, images, number == deleted);
            posts.add(post);
            images += post.images().size();
        }
        return posts;
    }

    private static DemoPost post(int number, int firstImage, boolean deleted) {
        List<DemoImage> images =
                switch (number % CYCLE) {
                    case 1 -> album(firstImage, 3, deleted);
                    case 2 -> List.of(image(firstImage, Format.PNG, deleted));
                    case 3 -> album(firstImage, 1, deleted);
                    case 4 -> List.of(image(firstImage, Format.GIF, deleted));
                    case 5 -> album(firstImage, longAlbum(number / CYCLE), deleted);
                    case 7 -> album(firstImage, 2, deleted);
                    default -> List.of(image(firstImage, Format.JPEG, deleted));
                };
        boolean album = number % 2 == 1;
        String id = album ? id(FIRST_ALBUM + number) : images.get(0).id();
        return new DemoPost(id, number, title(number), album, images);
    }

    /** 7, 9, 6, 8, 5 images and so on. */
    private static int longAlbum(int cycle) {
        return 5 + (cycle + 1) * 2 % 5;
    }

    private static List<DemoImage> album(int firstImage, int count, boolean deleted) {
        List<DemoImage> images = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int number = firstImage + i;
            images.add(image(number, i % 4 == 2 ? Format.PNG : Format.JPEG, deleted && i == 0));
        }
        return List.copyOf(images);
    }

    private static DemoImage image(int number, Format format, boolean deleted) {
        return new DemoImage(id(number), number, format, deleted);
    }

    private static String title(int number) {
        String title = TITLES.get(number % TITLES.size());
        int part = number / TITLES.size() + 1;
        return part == 1 ? title : title + " (" + part + ")";
    }

    private static String id(long number) {
        long rest = Math.floorMod((number + 1) * STRIDE, IDS);
        char[] id = new char[ID_LENGTH];
        for (int i = 0; i < ID_LENGTH; i++) {
            id[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return new String(id);
    }
}
