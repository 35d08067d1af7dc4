"""``policy-engine new``: a pack for a new region that passes at once, to be rewritten to the notice."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from policy_engine.cli.texts import Lang, ask_language


@click.command("new")
@click.argument("region")
@click.option("--dir", "folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--slug", "--english-slug", "slug", metavar="SLUG")
@click.pass_context
def command(ctx: click.Context, /, region: str, folder: Path | None, slug: str | None) -> None:
    from policy_engine.testing.skeleton import Exists, Pack, is_region, is_slug, slug_of, write_pack

    lang = ask_language(ctx)
    says = _SAYS[lang]
    region = " ".join(region.split())
    if not is_region(region):
        raise click.UsageError(says["region"], ctx)
    slug = slug or slug_of(region)
    if slug is None:
        raise click.UsageError(says["no_slug"].format(region=region), ctx)
    if not is_slug(slug):
        raise click.UsageError(says["slug"].format(slug=slug), ctx)
    pack, place = Pack(region, slug), folder or Path(slug)
    hidden = _is_known(pack.policy)
    try:
        written = write_pack(pack, place, dt.date.today())
    except Exists as error:
        click.echo(says["exists"].format(paths="\n  ".join(map(str, error.paths))), err=True)
        ctx.exit(1)
    click.echo(says["written"].format(region=region, place=place))
    click.echo("\n".join(f"  {path.relative_to(place).as_posix()}" for path in written))
    if hidden:
        click.echo(says["hidden"].format(id=pack.policy))
    click.echo(says["next"].format(place=place, id=pack.policy))


_SAYS: dict[Lang, dict[str, str]] = {
    "zh": {
        "region": "地区名用汉字、字母、数字，至多40个字，如 浙江",
        "no_slug": "“{region}”要有一个英文代号，用在文件夹和政策编号里：加 --slug，如 --slug zhejiang",
        "slug": "代号“{slug}”不能用：小写字母开头，只用小写字母、数字和短横线，至多40个字，如 zhejiang",
        "exists": "已经有这些文件，什么也没有写：\n  {paths}",
        "written": "{region}的样稿写在 {place} 里：",
        "hidden": "规则库里已有政策“{id}”；在这个文件夹里运行时，先用这里的。",
        "next": "接下来：\n  cd {place}\n  policy-engine check rules\n  policy-engine test\n"
        "  policy-engine steps --policy {id} --rules rules",
    },
    "en": {
        "region": "a region is named with letters, digits and Chinese characters, 40 at most",
        "no_slug": "“{region}” needs a name for folders and ids: add --slug, e.g. --slug zhejiang",
        "slug": "“{slug}” cannot be used: lower-case letters, digits and hyphens, a letter first, 40 at most",
        "exists": "these files are there already, nothing was written:\n  {paths}",
        "written": "the pack of {region} is in {place}:",
        "hidden": "the library has policy “{id}” already; in this folder the one written here goes first.",
        "next": "next:\n  cd {place}\n  policy-engine check rules\n  policy-engine test\n"
        "  policy-engine steps --policy {id} --rules rules",
    },
}


def _is_known(policy_id: str) -> bool:
    from policy_engine.policy.library import Library

    return policy_id in Library().ids()
