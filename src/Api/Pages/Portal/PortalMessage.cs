namespace KenshinOtp.Api.Pages.Portal;

/// <summary>Why there is no page, and what the visitor can do: told by the page <c>Message</c>.</summary>
/// <param name="Key">The texts <c>{Key}Title</c> and <c>{Key}Body</c>.</param>
/// <param name="WhatToDo">The texts of the list.</param>
internal sealed record PortalMessage(string Key, params string[] WhatToDo)
{
    public static readonly PortalMessage LinkUsed = new("Link_Used", "Message_DoBank", "Message_DoCheck");
    public static readonly PortalMessage LinkExpired = new("Link_Expired", "Message_DoBank");
    public static readonly PortalMessage LinkUnknown = new("Link_Unknown", "Message_DoBank", "Message_DoFake");
    public static readonly PortalMessage SessionEnded = new("Session_Ended", "Message_DoBank", "Message_DoCheck");
    public static readonly PortalMessage OtherVisit = new("Session_Other", "Message_DoLatest", "Message_DoAgain");
    public static readonly PortalMessage NotFound = new("Error_NotFound", "Message_DoBank");
    public static readonly PortalMessage Denied = new("Denied_", "Denied_DoAsk", "Denied_DoOwn");
    public static readonly PortalMessage NotForContract = new("Denied_Contract", "Denied_DoOwn");
    public static readonly PortalMessage Busy = new("Error_Busy", "Message_DoBank", "Message_DoCheck");
    public static readonly PortalMessage BusyLink = new("Error_Busy", "Message_DoLink");
    public static readonly PortalMessage Error = new("Error_", "Message_DoRetry", "Message_DoContact");

    /// <summary>What a status says where nobody said it better. A form without a valid antiforgery token is one whose session has ended.</summary>
    public static PortalMessage Of(int status) => status switch
    {
        StatusCodes.Status400BadRequest or StatusCodes.Status401Unauthorized => SessionEnded,
        StatusCodes.Status429TooManyRequests => Busy,
        < 500 => NotFound,
        _ => Error,
    };
}
