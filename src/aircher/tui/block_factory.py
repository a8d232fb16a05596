"""Makes the blocks that the pump fills, with what each of them needs of the screen."""
