package io.dbmesh.examples;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The shop's rows, made up. Each row follows from its number alone, so that they are the same in every run and can be made
 * by several threads.
 */
final class ShopData {
    static final int PRODUCTS = 200;

    private static final int ORDERS_PER_CUSTOMER = 10;
    private static final int MOST_ITEMS = 4;
    private static final int MOST_PIECES = 3;
    private static final int SECONDS_A_DAY = 86_400;
    /** Above 1, customers with low numbers order more often. */
    private static final double SKEW = 1.3;

    private static final LocalDate FIRST_DAY = LocalDate.of(2021, 1, 1);
    private static final LocalDate LAST_DAY = LocalDate.of(2025, 12, 31);

    private static final List<String> FIRST_NAMES = List.of(
            "Ada", "Amir", "Anna", "Björn", "Chloé", "Diego", "Elif", "Emma", "Farid", "Grace", "Hana", "Hugo", "Ines",
            "Ivan", "Jana", "João", "Kenji", "Lena", "Liam", "Lucía", "Mai", "Marek", "Mina", "Noah", "Nora", "Olga",
            "Omar", "Paul", "Priya", "Rosa", "Samir", "Sofia", "Tomás", "Vera", "Wei", "Yara", "Zoë");
    private static final List<String> LAST_NAMES = List.of(
            "Almeida",
            "Andersson",
            "Bauer",
            "Bianchi",
            "Costa",
            "Dubois",
            "Evans",
            "Fischer",
            "García",
            "Haddad",
            "Horvat",
            "Ito",
            "Jansen",
            "Kaya",
            "Kowalski",
            "Larsen",
            "Lindqvist",
            "Martin",
            "Moreau",
            "Müller",
            "Nguyen",
            "Novák",
            "O'Brien",
            "Okafor",
            "Petrov",
            "Rossi",
            "Sato",
            "Schmidt",
            "Silva",
            "Singh",
            "Smith",
            "Tanaka",
            "Virtanen",
            "Weber",
            "Wilson",
            "Yilmaz",
            "Zhang");
    private static final List<String> ADJECTIVES = List.of(
            "Blue", "Folding", "Heavy", "Light", "Little", "Plain", "Quiet", "Red", "Round", "Soft", "Steel", "Wooden");

    private static final List<Country> COUNTRIES = List.of(
            new Country("AT", "Austria", List.of("Graz", "Linz", "Salzburg", "Wien")),
            new Country("AU", "Australia", List.of("Melbourne", "Perth", "Sydney")),
            new Country("BR", "Brazil", List.of("Recife", "Rio de Janeiro", "São Paulo")),
            new Country("CA", "Canada", List.of("Montréal", "Toronto", "Vancouver")),
            new Country("CH", "Switzerland", List.of("Basel", "Bern", "Genève", "Zürich")),
            new Country("CZ", "Czechia", List.of("Brno", "Praha")),
            new Country("DE", "Germany", List.of("Berlin", "Hamburg", "Köln", "Leipzig", "München")),
            new Country("DK", "Denmark", List.of("Aarhus", "København")),
            new Country("ES", "Spain", List.of("Barcelona", "Madrid", "Sevilla", "Valencia")),
            new Country("FI", "Finland", List.of("Helsinki", "Oulu", "Turku")),
            new Country("FR", "France", List.of("Lille", "Lyon", "Marseille", "Nantes", "Paris")),
            new Country("GB", "United Kingdom", List.of("Bristol", "Leeds", "London", "Manchester")),
            new Country("IE", "Ireland", List.of("Cork", "Dublin")),
            new Country("IN", "India", List.of("Chennai", "Delhi", "Mumbai", "Pune")),
            new Country("IT", "Italy", List.of("Bologna", "Milano", "Napoli", "Roma")),
            new Country("JP", "Japan", List.of("Kyoto", "Osaka", "Tokyo")),
            new Country("NL", "Netherlands", List.of("Amsterdam", "Rotterdam", "Utrecht")),
            new Country("PL", "Poland", List.of("Gdańsk", "Kraków", "Warszawa")),
            new Country("PT", "Portugal", List.of("Lisboa", "Porto")),
            new Country("SE", "Sweden", List.of("Göteborg", "Malmö", "Stockholm")),
            new Country("TR", "Türkiye", List.of("Ankara", "İstanbul", "İzmir")),
            new Country("US", "United States", List.of("Austin", "Boston", "Chicago", "New York", "Seattle")));
    private static final List<Category> CATEGORIES = List.of(
            new Category("Garden", 900, List.of("hose", "rake", "spade", "watering can")),
            new Category("Kitchen", 1500, List.of("bowl", "kettle", "knife", "pan", "teapot")),
            new Category("Office", 700, List.of("desk lamp", "folder", "pen", "stapler")),
            new Category("Outdoor", 4000, List.of("backpack", "compass", "sleeping bag", "tent")),
            new Category("Toys", 1200, List.of("ball", "kite", "puzzle", "robot")));

    /** In the order of time. */
    private static final List<String> STATUSES = List.of("paid", "packed", "sent", "delivered", "returned");

    private final int orders;

    /** @param orders at least 1; there are a tenth as many customers */
    ShopData(int orders) {
        if (orders < 1) {
            throw new IllegalArgumentException(orders + " orders; allowed: at least 1");
        }
        this.orders = orders;
    }

    private record Country(String code, String name, List<String> cities) {}

    /** @param leastCents the price of its cheapest products */
    private record Category(String name, int leastCents, List<String> nouns) {}

    /** An order as a row, and its items as rows. */
    record Order(String row, List<String> items) {}

    int orders() {
        return orders;
    }

    int customers() {
        return Math.ceilDiv(orders, ORDERS_PER_CUSTOMER);
    }

    /** (code, name). */
    static List<String> countries() {
        return COUNTRIES.stream()
                .map(country -> "(%s, %s)".formatted(text(country.code()), text(country.name())))
                .toList();
    }

    /** (id, name, category, price). */
    static List<String> products() {
        List<String> rows = new ArrayList<>(PRODUCTS);
        for (int id = 1; id <= PRODUCTS; id++) {
            Category category = CATEGORIES.get(id % CATEGORIES.size());
            int variant = id / CATEGORIES.size();
            String noun = category.nouns().get(variant % category.nouns().size());
            String adjective = ADJECTIVES.get(variant % ADJECTIVES.size());
            rows.add("(%d, %s, %s, %s)"
                    .formatted(id, text(adjective + " " + noun), text(category.name()), price(productCents(id))));
        }
        return rows;
    }

    /** (name, value). */
    List<String> settings() {
        return List.of(
                "('currency', 'EUR')", "('first_day', '" + FIRST_DAY + "')", "('sample_orders', '" + orders + "')");
    }

    /** (id, name, email, country, city, joined, credit), of customers from 1. */
    String customer(int id) {
        SplittableRandom random = random("customer", id);
        String first = pick(FIRST_NAMES, random);
        String last = pick(LAST_NAMES, random);
        Country country = pick(COUNTRIES, random);
        return "(%d, %s, 'customer%d@example.com', %s, %s, '%s', %s)"
                .formatted(
                        id,
                        text(first + " " + last),
                        id,
                        text(country.code()),
                        text(pick(country.cities(), random)),
                        FIRST_DAY.plusDays(joined(id)),
                        price(random.nextInt(0, 50) * 100));
    }

    /** (id, customer_id, placed, status, total), of orders from 1, and its (customer_id, order_id, line, product_id, quantity, price). */
    Order order(int id) {
        SplittableRandom random = random("order", id);
        int customer = 1 + (int) (customers() * Math.pow(random.nextDouble(), SKEW));
        long days = LAST_DAY.toEpochDay() - FIRST_DAY.toEpochDay();
        LocalDateTime placed = FIRST_DAY
                .plusDays(random.nextLong(joined(customer), days + 1))
                .atStartOfDay()
                .plusSeconds(random.nextInt(SECONDS_A_DAY));
        List<String> items = new ArrayList<>(MOST_ITEMS);
        int total = 0;
        int lines = random.nextInt(1, MOST_ITEMS + 1);
        for (int line = 1; line <= lines; line++) {
            int product = random.nextInt(1, PRODUCTS + 1);
            int quantity = random.nextInt(1, MOST_PIECES + 1);
            int cents = productCents(product);
            total += quantity * cents;
            items.add("(" + customer + ", " + id + ", " + line + ", " + product + ", " + quantity + ", " + price(cents)
                    + ")");
        }
        String row = "(" + id + ", " + customer + ", '" + placed.toLocalDate() + " " + placed.toLocalTime() + "', "
                + text(status(placed, random)) + ", " + price(total) + ")";
        return new Order(row, items);
    }

    private static String status(LocalDateTime placed, SplittableRandom random) {
        long age = LAST_DAY.toEpochDay() - placed.toLocalDate().toEpochDay();
        if (age >= STATUSES.size()) {
            return STATUSES.get(random.nextInt(20) == 0 ? 4 : 3);
        }
        return STATUSES.get((int) Math.min(age, 3));
    }

    /** Days from the first one, in the first half of the time, so that everybody has time to order. */
    private static long joined(int customer) {
        long half = (LAST_DAY.toEpochDay() - FIRST_DAY.toEpochDay()) / 2;
        return random("joined", customer).nextLong(half);
    }

    private static int productCents(int product) {
        Category category = CATEGORIES.get(product % CATEGORIES.size());
        return category.leastCents() * (1 + product % 7) - 5 * (product % 3) - 1;
    }

    private static SplittableRandom random(String kind, int number) {
        return new SplittableRandom(31L * kind.hashCode() + number * 0x9E3779B97F4A7C15L);
    }

    private static <T> T pick(List<T> choices, SplittableRandom random) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static String price(int cents) {
        return BigDecimal.valueOf(cents, 2).toPlainString();
    }

    private static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
