"""Tags that name products: is the text about them at all?"""

from collections.abc import Iterator

from ..piece import Piece
from ..registry import Context, Finding, Severity, register

# Products that a tag may name, and what a text calls them; a text that says none of it is not about them.
PLAIN_PRODUCTS = """
    openai chatgpt claude anthropic gemini mistral deepseek qwen grok copilot cursor nvidia netflix figma vercel
    supabase prisma drizzle astro svelte angular vue nuxt remix deno bun vite webpack storybook tailwind htmx laravel
    django redis sentry shopify stripe spotify tesla waymo intel huawei alibaba bytedance tiktok docker terraform
    graphql jquery electron flutter parcel rspack turbopack eslint prettier playwright cypress
"""
PRODUCTS: dict[str, tuple[str, ...]] = {name: (name,) for name in PLAIN_PRODUCTS.split()} | {
    "anthropic": ("anthropic", "claude"),
    "chatgpt": ("chatgpt", "gpt"),
    "claude": ("claude", "opus", "sonnet"),
    "kubernetes": ("kubernetes", "k8s"),
    "mcp": ("mcp", "model context protocol"),
    "nextjs": ("next.js", "nextjs", "next js"),
    "nodejs": ("node",),
    "openai": ("openai", "chatgpt", "gpt", "codex", "sora"),
    "postgresql": ("postgres",),
    "react-native": ("react native", "expo"),
    "remix": ("remix", "react router"),
    "vue": ("vue", "nuxt"),
}


@register(code="tag-unmentioned", severity=Severity.WARN)
def tag_unmentioned(piece: Piece, context: Context) -> Iterator[Finding]:
    """A tag that names a product which the text never mentions."""
    for tag in piece.tags:
        names = PRODUCTS.get(tag.lower(), ())
        text = (piece.small, piece.title.lower(), piece.excerpt.lower(), piece.body.text.lower()) if names else ()
        if names and not any(name in each for name in names for each in text):
            message = f"The tag #{tag} names what the text never mentions. Remove it."
            yield Finding(message, piece.field_place("hashtags"), tag, "hashtags")
