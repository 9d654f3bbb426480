"""What a request asks: understood before anything is looked for, and read as a storefront may."""
