using KenshinOtp.Receipts;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>What a result page says of a token that was stopped or let go again.</summary>
internal static class HindranceWords
{
    /// <returns>Null for anything else.</returns>
    public static ResultWords? Of(StoredReceipt receipt, PortalTexts texts) => receipt.Action switch
    {
        "token.suspended" => Words("Suspended", "Suspend", "Result_NextSuspended", receipt, texts),
        "token.resumed" => Words("Resumed", "Resume", "Result_NextUsers", receipt, texts),
        "token.unlocked" => Words("Unlocked", "Unlock", "Result_NextUsers", receipt, texts),
        _ => null,
    };

    private static ResultWords Words(string done, string what, string next, StoredReceipt receipt, PortalTexts texts) => new(
        texts[$"Result_{done}Title"], texts[$"Result_{done}Body"], texts[what + "_Title"], StepLine.Hindering(3), [Change.States(receipt, texts)], texts[next]);
}
