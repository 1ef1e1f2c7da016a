declare const brand: unique symbol;

/** A nominal type over a primitive: the value is unchanged at run time, the compiler keeps the kinds apart. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
