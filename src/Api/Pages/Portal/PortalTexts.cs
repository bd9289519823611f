using System.Globalization;
using System.Resources;
using KenshinOtp.Contracts;
using KenshinOtp.Text;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Html;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>The words of the hosted pages in the visitor's language: <c>PortalTexts.resx</c> is Japanese, <c>PortalTexts.en.resx</c> English.</summary>
internal sealed class PortalTexts(IHttpContextAccessor http)
{
    private static readonly ResourceManager Resources = new("KenshinOtp.Api.Pages.Portal.PortalTexts", typeof(PortalTexts).Assembly);

    private readonly string _language = http.HttpContext is { } context ? PortalLanguage.Of(context) : PortalLanguage.Japanese;

    /// <summary><c>ja</c> or <c>en</c>.</summary>
    public string Language => _language;

    private bool InJapanese => _language == PortalLanguage.Japanese;

    private CultureInfo Culture => InJapanese ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(_language);

    public string this[string key] => Resources.GetString(key, Culture) ?? throw new MissingManifestResourceException(key);

    public string this[string key, params object[] args] => string.Format(CultureInfo.InvariantCulture, this[key], args);

    /// <summary><c>2026年11月21日</c>, <c>21 November 2026</c></summary>
    public string Day(DateTimeOffset instant) =>
        InJapanese ? Japan.Date(instant) : Japan.Clock(instant).ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary><c>2026年11月21日 20時26分</c>, <c>21 November 2026, 20:26 (Japan time)</c></summary>
    public string When(DateTimeOffset instant)
    {
        var clock = Japan.Clock(instant);
        return this["Common_When", Part("yyyy"), Part(InJapanese ? "%M" : "MMMM"), Part("%d"), Part("HH"), Part("mm")];

        string Part(string format) => clock.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>The instant from which something may be done: rounded up, for at the minute told it must be true.</summary>
    public string From(DateTimeOffset instant)
    {
        var rest = instant.Ticks % TimeSpan.TicksPerMinute;
        return When(rest == 0 ? instant : instant.AddTicks(TimeSpan.TicksPerMinute - rest));
    }

    /// <summary>The instant as an element that machines read too.</summary>
    public IHtmlContent Time(DateTimeOffset instant) => new HtmlContentBuilder()
        .AppendHtml("<time datetime=\"").Append(Japan.Clock(instant).ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture)).AppendHtml("\">")
        .Append(When(instant)).AppendHtml("</time>");

    public string Status(TokenStatus status) => this["Status_" + status];

    public string Mode(TokenMode mode) => this["Mode_" + mode];

    public string Role(UserRole role) => this["Role_" + role];

    /// <summary>The state of a token as shape and word.</summary>
    public IHtmlContent State(TokenStatus status)
    {
        var (tone, mark) = status switch
        {
            TokenStatus.Issued => ("wait", Marks.Open),
            TokenStatus.Activated => ("wait", Marks.Half),
            TokenStatus.InUse => ("good", Marks.Done),
            TokenStatus.Suspended => ("warn", Marks.Pause),
            TokenStatus.Locked => ("bad", Marks.Lock),
            TokenStatus.Expired => ("bad", Marks.Late),
            TokenStatus.Revoked => ("bad", Marks.Dead),
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No user holds a token in this state."),
        };
        return new HtmlContentBuilder().AppendHtml($"<span class=\"state state-{tone}\">").AppendHtml(mark).Append(Status(status)).AppendHtml("</span>");
    }
}
