"""Sites, rooms, devices, controllers and the links between them."""
