using System.Text.RegularExpressions;

namespace KenshinOtp.Core.Tests.Rules;

/// <summary>What old phones read is ECMAScript 5.1 with the browser's objects of that time: one newer sign and they show nothing at all.</summary>
public sealed partial class OldScriptRules
{
    private static readonly string Assets = Path.Combine(SourceTree.Root, "src", "Api", "wwwroot");

    [Theory]
    [InlineData("k/k.js")]
    [InlineData("k/otp.js")]
    [InlineData("k/words.js")]
    [InlineData("app/begin.js")]
    [InlineData("shared/forms.js")]
    public void Scripts_for_old_phones_are_ES5(string script) => NewerThanES5(File.ReadAllText(Path.Combine(Assets, script))).ShouldBeEmpty(script);

    [Theory]
    [InlineData("var f = a => a;")]
    [InlineData("let a = 1;")]
    [InlineData("const a = 1;")]
    [InlineData("class A { }")]
    [InlineData("var a = `b`;")]
    [InlineData("f(...a);")]
    [InlineData("for (var a of b) { }")]
    [InlineData("function f(a = 1) { }")]
    [InlineData("var { a } = b;")]
    [InlineData("var [a] = b;")]
    [InlineData("try { } catch { }")]
    [InlineData("a = b?.c;")]
    [InlineData("a = b ?? c;")]
    [InlineData("a = 2 ** 3;")]
    [InlineData("a = { b };")]
    [InlineData("a = { b, c: 1 };")]
    [InlineData("a = { b() { } };")]
    [InlineData("a = { [b]: 1 };")]
    [InlineData("async function f() { }")]
    [InlineData("function* f() { }")]
    [InlineData("a = /b/u;")]
    [InlineData("a = 0b1;")]
    [InlineData("f(a,);")]
    [InlineData("new Promise(f);")]
    [InlineData("fetch(a);")]
    [InlineData("a = new Map();")]
    [InlineData("a = Object.assign(b, c);")]
    [InlineData("a = Array.from(b);")]
    [InlineData("a = b.includes(c);")]
    [InlineData("a = b.padStart(2);")]
    [InlineData("a = b.find(c);")]
    [InlineData("a.append(b);")]
    [InlineData("a.closest(b);")]
    [InlineData("a.forEach(b); document.querySelectorAll(c).forEach(b);")]
    public void The_rule_sees_what_is_newer(string script) => NewerThanES5(script).ShouldNotBeEmpty();

    [Theory]
    [InlineData("var a = 'let b = () => `${c}`'; // const")]
    [InlineData("/* for (a of b) */ var r = /[`'\"]=>/g, s = 1 / 2 / 3;")]
    [InlineData("function constants(classes) { return classes.lets; }")]
    [InlineData("var o = { a: 1, 'class': 2 }; if (o.a) { f(function (x) { return { y: x }; }); }")]
    public void And_takes_no_text_for_script(string script) => NewerThanES5(script).ShouldBeEmpty();

    private static IEnumerable<string> NewerThanES5(string script)
    {
        var code = NotCode().Replace(script, match => match.Groups["regex"].Success ? "@" + match.Groups["flags"].Value : match.Value[0] == '/' ? " " : "''");
        return Newer().Matches(code).Select(match => match.Value);
    }

    /// <summary>Comments, strings, and regular expressions where a value may begin.</summary>
    [GeneratedRegex("""/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|(?<=[(,=:!&|?{};]\s*|\breturn\s+)(?<regex>/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])*/)(?<flags>[a-z]*)""", RegexOptions.Singleline, 5000)]
    private static partial Regex NotCode();

    [GeneratedRegex(
        """
        => | ` | \.\.\. | \?\? | \?\.(?!\d) | \*\* | \b0[bo]\d | @[a-z]*[suyvd]
        | (?<![.'\w])(?:let|const|class|async|await|import|export|yield|super)\b\s*[\w$({[*] | \bfunction\s*\*
        | \bfor\s*\([^;()]*\sof\s | \bfunction\s*\w*\s*\([^)]*[=[{] | \bvar\s*[{[] | \bcatch\s*\{
        | ,\s*\) | (?:[({,=:]|\breturn)\s*\{\s*[A-Za-z_$][\w$]*\s*[,}] | [{,]\s*(?!if\b|for\b|while\b|switch\b|with\b|function\b|return\b|catch\b)[A-Za-z_$][\w$]*\s*\([^()]*\)\s*\{
        | [({,=:]\s*\{\s*\[
        | \b(?:Promise|fetch|Symbol|Map|Set|WeakMap|WeakSet|Proxy|Reflect|URL|URLSearchParams|TextEncoder|TextDecoder|BigInt|Intl|AbortController)\b\s*[(.]
        | \bObject\.(?:assign|entries|values|hasOwn|fromEntries)\b | \bArray\.(?:from|of)\b | \bNumber\.(?:is|parse) | \bMath\.(?:trunc|sign|log2|hypot|imul)\b
        | (?<!\bOtp)\.(?:includes|startsWith|endsWith|padStart|padEnd|repeat|find|findIndex|findLast|fill|at|flat|flatMap|replaceAll|matchAll|codePointAt|normalize|append|prepend|before|after|remove|replaceWith|closest|matches|toggleAttribute)\s*\(
        | querySelectorAll\([^()]*\)\.forEach
        """,
        RegexOptions.IgnorePatternWhitespace,
        5000)]
    private static partial Regex Newer();
}
