using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using KenshinOtp.Text;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Html;

namespace KenshinOtp.Api.Pages;

/// <summary>The words of a family of pages in the reader's language: the neutral resources are Japanese, those of <c>en</c> English.</summary>
internal abstract partial class PageTexts(ResourceManager resources, IHttpContextAccessor http)
{
    private readonly string _language = http.HttpContext is { } context ? PageLanguage.Of(context) : PageLanguage.Japanese;

    /// <summary><c>ja</c> or <c>en</c>.</summary>
    public string Language => _language;

    protected bool InJapanese => _language == PageLanguage.Japanese;

    private CultureInfo Culture => InJapanese ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(_language);

    public string this[string key] => Find(key) ?? throw new MissingManifestResourceException(key);

    public string this[string key, params object[] args] => string.Format(CultureInfo.InvariantCulture, this[key], args);

    /// <returns>The text, or null: there is none of that name.</returns>
    protected string? Find(string key) => resources.GetString(key, Culture);

    /// <summary>A sentence whose names stay Japanese on an English page: marked as such, they are read out as such.</summary>
    public IHtmlContent Marked(string sentence)
    {
        if (InJapanese)
            return Show.Text(sentence);
        var html = new HtmlContentBuilder();
        foreach (var part in Names().Split(sentence).Select((text, i) => (Text: text, IsName: i % 2 == 1)))
        {
            if (part.IsName)
                html.AppendHtml(Show.Japanese(part.Text));
            else
                html.Append(part.Text);
        }

        return html;
    }

    /// <summary><c>2026年11月21日</c>, <c>21 November 2026</c></summary>
    public string Day(DateTimeOffset instant) =>
        InJapanese ? Japan.Date(instant) : Japan.Clock(instant).ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary><c>2026年11月21日 20時26分</c>, <c>21 November 2026, 20:26 (Japan time)</c></summary>
    public string When(DateTimeOffset instant) => Written("Common_When", instant);

    /// <summary>The instant from which something may be done: rounded up, for at the minute told it must be true.</summary>
    public string From(DateTimeOffset instant)
    {
        var rest = instant.Ticks % TimeSpan.TicksPerMinute;
        return When(rest == 0 ? instant : instant.AddTicks(TimeSpan.TicksPerMinute - rest));
    }

    /// <summary>The instant as an element that machines read too.</summary>
    public IHtmlContent Time(DateTimeOffset instant) => Element(instant, "yyyy-MM-dd'T'HH:mmzzz", When(instant));

    public string Status(TokenStatus status) => this["Status_" + status];

    /// <summary>The state of a token as shape and word.</summary>
    public IHtmlContent State(TokenStatus status)
    {
        var (tone, mark) = status switch
        {
            TokenStatus.Unbound => ("wait", Marks.Open),
            TokenStatus.Issued => ("wait", Marks.Open),
            TokenStatus.Activated => ("wait", Marks.Half),
            TokenStatus.InUse => ("good", Marks.Done),
            TokenStatus.Suspended => ("warn", Marks.Pause),
            TokenStatus.Locked => ("bad", Marks.Lock),
            TokenStatus.Expired => ("bad", Marks.Late),
            TokenStatus.Revoked => ("bad", Marks.Dead),
            _ => throw new ArgumentOutOfRangeException(nameof(status)),
        };
        return Show.State(tone, mark, Status(status));
    }

    /// <summary>An instant by a sentence of dates: {0} year, {1} month, {2} day, {3} hour, {4} minute, {5} second.</summary>
    protected string Written(string key, DateTimeOffset instant)
    {
        var clock = Japan.Clock(instant);
        return this[key, Part("yyyy"), Part(InJapanese ? "%M" : "MMMM"), Part("%d"), Part("HH"), Part("mm"), Part("ss")];

        string Part(string format) => clock.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>An instant in words, and in a form for machines.</summary>
    protected static IHtmlContent Element(DateTimeOffset instant, string form, string words) => new HtmlContentBuilder()
        .AppendHtml("<time datetime=\"").Append(Japan.Clock(instant).ToString(form, CultureInfo.InvariantCulture)).AppendHtml("\">")
        .Append(words).AppendHtml("</time>");

    /// <summary>Runs of Japanese script, blanks between them included.</summary>
    [GeneratedRegex(@"(?<name>[\u3005-\u30FF\u3400-\u9FFF\uF900-\uFAFF\uFF01-\uFF9F]+(?:[ \u3000][\u3005-\u30FF\u3400-\u9FFF\uF900-\uFAFF\uFF01-\uFF9F]+)*)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Names();
}
