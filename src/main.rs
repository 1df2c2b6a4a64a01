fn main() {
    println!("{}", park_portal::graphql::schema().sdl());
}
