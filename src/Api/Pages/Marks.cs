using Microsoft.AspNetCore.Html;

namespace KenshinOtp.Api.Pages;

/// <summary>The shapes that stand beside words: no state is told by colour alone. They are decoration to a screen reader.</summary>
internal static class Marks
{
    public static readonly IHtmlContent Done = Draw("""<path fill="currentColor" fill-rule="evenodd" d="M10 1a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-1.2 13.3-4.3-4.3L6 8.5l2.8 2.8 5.2-5.2 1.5 1.5-6.7 6.7Z"/>""");
    public static readonly IHtmlContent Tick = Draw("""<path fill="currentColor" d="M8.2 15.4 3 10.2l1.8-1.8 3.4 3.4 7-7L17 6.6l-8.8 8.8Z"/>""");
    public static readonly IHtmlContent Wait = Draw("""<path fill="none" stroke="currentColor" stroke-width="2" d="M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 3.5V10l3 2"/>""");
    public static readonly IHtmlContent Open = Draw("""<circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3.4 2.88"/>""");
    public static readonly IHtmlContent Half = Draw("""<circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" stroke-width="2"/><path fill="currentColor" d="M10 2a8 8 0 0 1 0 16Z"/>""");
    public static readonly IHtmlContent Pause = Draw("""<path fill="currentColor" fill-rule="evenodd" d="M4 1h12a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V4a3 3 0 0 1 3-3Zm2.5 4.5v9h2.3v-9H6.5Zm4.7 0v9h2.3v-9h-2.3Z"/>""");
    public static readonly IHtmlContent Lock = Draw("""<path fill="currentColor" fill-rule="evenodd" d="M5 8V6a5 5 0 0 1 10 0v2h1.5v11h-13V8H5Zm2.2 0h5.6V6a2.8 2.8 0 0 0-5.6 0v2Zm1.8 4v4h2v-4H9Z"/>""");
    public static readonly IHtmlContent Late = Draw("""<path fill="currentColor" d="M4 1h12v2.5L11.8 10l4.2 6.5V19H4v-2.5L8.2 10 4 3.5V1Z"/>""");
    public static readonly IHtmlContent Dead = Draw("""<path fill="currentColor" fill-rule="evenodd" d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3L6.3 1Zm.6 4.4L5.4 6.9 8.5 10l-3.1 3.1 1.5 1.5 3.1-3.1 3.1 3.1 1.5-1.5-3.1-3.1 3.1-3.1-1.5-1.5L10 8.5 6.9 5.4Z"/>""");
    public static readonly IHtmlContent Alert = Draw("""<path fill="currentColor" fill-rule="evenodd" d="M10 1.5 19.5 18.5H.5L10 1.5ZM9 7.5v5.2h2V7.5H9Zm0 6.7v2.1h2v-2.1H9Z"/>""");
    public static readonly IHtmlContent Info = Draw("""<path fill="currentColor" fill-rule="evenodd" d="M10 1a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9 5h2v2.2H9V5Zm0 3.8h2V15H9V8.8Z"/>""");
    public static readonly IHtmlContent Shield = Draw("""<path fill="currentColor" fill-rule="evenodd" d="M10 .8 2.5 3.5v5.7c0 4.6 3.1 8.3 7.5 10 4.4-1.7 7.5-5.4 7.5-10V3.5L10 .8ZM9 5.5v5.7h2V5.5H9Zm0 7.3v2.1h2v-2.1H9Z"/>""");
    public static readonly IHtmlContent Person = Draw("""<path fill="currentColor" d="M10 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM1.5 19c.4-4.6 3.7-7 8.5-7s8.1 2.4 8.5 7h-17Z"/>""");
    public static readonly IHtmlContent Next = Draw("""<path fill="none" stroke="currentColor" stroke-width="2" d="m7 4 6 6-6 6"/>""");
    public static readonly IHtmlContent Back = Draw("""<path fill="none" stroke="currentColor" stroke-width="2" d="m13 4-6 6 6 6"/>""");

    private static HtmlString Draw(string shape) => new($"""<svg class="mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{shape}</svg>""");
}
