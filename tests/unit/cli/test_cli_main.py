"""The command itself: languages, usage, exit codes, interruption, and a start without heavy libraries."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from policy_engine.cli import texts
from policy_engine.cli.main import cli, run
from policy_engine.cli.matter_words import ACTIONS

VERBS = ("list", "show", "settle", "evaluate")


@pytest.fixture
def told(capsys):
    def call(*words):
        capsys.readouterr()
        code = run(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def python(*arguments, **options):
    program = "import sys; from policy_engine.cli.main import main; main()"
    return subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, **options)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_help_in_both_languages(told, verb, lang):
    code, out, _ = told("--lang", lang, verb, "--help")
    assert code == 0
    chinese = any("\u4e00" <= ch <= "\u9fff" for ch in out.replace("口径=取值", "").replace("主体:编号", ""))
    assert chinese or lang == "en"


@pytest.mark.parametrize("words", [("--lang", "en", "list"), ("list", "--lang", "en"), ("list", "--lang=en")])
def test_the_language_may_stand_anywhere(told, words):
    code, out, _ = told(*words)
    assert code == 0
    assert "in force" in out
    assert "施行" not in out


@pytest.mark.parametrize(
    "words, text",
    [
        (["settle"], "缺少"),
        (["settle", "jibei/deviation"], "缺少 --input"),
        (["settle", "--outptu", "x"], "没有选项 --outptu；是否想用：--output"),
        (["settle", "x", "--format", "xls"], "可用：csv、xlsx、parquet"),
        (["settle", "x", "--output"], "--output 后面要有一个值"),
        (["stle"], "没有命令“stle”；是否想用：settle"),
        (["--lang", "fr", "list"], "可用：zh、en"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_in_chinese(told, words, text):
    code, out, err = told(*words)
    assert (code, out) == (64, "")
    assert err.startswith("错误：")
    assert text in err


def test_wrong_usage_in_english(told):
    code, _, err = told("settle", "jibei/deviation", "--lang", "en")
    assert code == 64
    assert err.startswith("error: Missing option '--input'")


def test_no_words_show_the_help(told):
    code, out, err = told()
    assert code in (0, 64)
    assert "settle" in out + err


def test_the_version(told):
    code, out, _ = told("--version")
    assert code == 0
    assert out.startswith("policy-engine ")


def test_an_interruption(told, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("policy_engine.policy.remembered.load_remembered", interrupted)
    code, _, err = told("show", "jibei/deviation", "--period", "2018-06")
    assert code == 130
    assert "已中断" in err


def test_a_fault_of_ours_is_not_dressed_up(monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("policy_engine.policy.remembered.load_remembered", broken)
    with pytest.raises(ZeroDivisionError):
        run(["show", "jibei/deviation", "--period", "2018-06"])


def test_exit_codes_of_the_process(tmp_path):
    assert python("list").returncode == 0
    assert python("show", "jibei/deviation", "--period", "2018-05").returncode == 1
    assert python("nichts").returncode == 64


def test_through_click_itself():
    ran = CliRunner().invoke(cli, ["list"])
    assert ran.exit_code == 0
    assert "jibei/deviation" in ran.output


def test_a_reader_that_leaves_early_is_no_error():
    reading = "from policy_engine.cli.main import main; main()"
    show = [sys.executable, "-c", reading, "show", "jibei/deviation", "--period", "2018-06"]
    with subprocess.Popen(show, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ran:
        ran.stdout.read(10)
        ran.stdout.close()
        err = ran.stderr.read().decode()
    assert "Traceback" not in err


def test_help_starts_without_the_heavy_libraries():
    program = (
        "import sys; from policy_engine.cli.main import run; run(['--help']);"
        "heavy = {'pyarrow', 'durable', 'fastexcel', 'xlsxwriter', 'openpyxl', 'lark', 'pydantic'};"
        "print(heavy & set(sys.modules), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert ran.stderr.decode().strip() == "set()"


def test_a_large_input_is_announced(told, tmp_path, monkeypatch):
    from policy_engine.cli import settle

    monkeypatch.setattr(settle, "LARGE", 10)
    example = "examples/jibei-2018-06/csv"
    from pathlib import Path

    source = Path(__file__).parents[3] / example
    words = ["settle", "jibei/deviation", "--period", "2018-06", "--input", str(source)]
    code, out, err = told(*words, "--output", str(tmp_path / "o"), "--executor", "reference")
    assert code == 0
    assert "正在读取" in err
    assert "正在读取" not in out


def test_a_long_run_says_where_it_is(monkeypatch, capsys):
    from policy_engine.cli import settle

    now = [0.0]
    monkeypatch.setattr(settle.time, "monotonic", lambda: now[0])
    progress = settle._Progress("zh", large=False)
    for second in range(6):
        now[0] = second
        progress("settle", second, 6)
    assert capsys.readouterr().err.splitlines() == ["正在核算 2/6 …", "正在核算 4/6 …"]


@pytest.mark.parametrize(
    "verb", [[], *([name] for name in texts.VERBS), *(["matter", name] for name in ACTIONS)], ids=" ".join
)
def test_the_frame_of_help_speaks_the_readers_language(verb, capsys):
    english = ("Usage:", "Options:", "OPTIONS", "this message", "default:", "required", "COMMAND")
    assert run([*verb, "--help"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("用法：policy-engine") and "选项：\n" in told and "显示帮助" in told
    assert not [word for word in english if word in told], told
    assert run([*verb, "--help", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Usage: policy-engine") and "Show this message and exit." in told
    assert "选项" not in told and "默认" not in told


def test_what_must_be_given_and_what_is_taken_otherwise_are_told_in_help(capsys):
    assert run(["settle", "--help"]) == 0
    told = capsys.readouterr().out
    assert "输出文件夹  [必填]" in told and "输出格式  [默认 csv]" in told
    assert run(["mutate", "--help"]) == 0
    assert "[默认 95；0<=x<=100]" in capsys.readouterr().out
