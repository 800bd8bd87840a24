"""督查通报 as documents: what is told of a period, composed once into a frozen text, and made files of."""
