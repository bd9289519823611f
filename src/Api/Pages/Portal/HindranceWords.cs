using KenshinOtp.Receipts;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>What a result page says of a token that was stopped or let go again.</summary>
internal static class HindranceWords
{
    /// <param name="receipt">What was accepted.</param>
    /// <param name="administratorLifts">Whether an administrator, and not the branch alone, may let it go again.</param>
    /// <param name="texts">The words.</param>
    /// <returns>Null for anything else.</returns>
    public static ResultWords? Of(StoredReceipt receipt, bool administratorLifts, PortalTexts texts) => receipt.Action switch
    {
        "token.suspended" => Words("Suspended", "Suspend", administratorLifts ? "Result_NextSuspended" : "Result_NextSuspendedBranch", receipt, texts),
        "token.resumed" => Words("Resumed", "Resume", "Result_NextUsers", receipt, texts),
        "token.unlocked" => Words("Unlocked", "Unlock", "Result_NextUsers", receipt, texts),
        _ => null,
    };

    private static ResultWords Words(string done, string what, string next, StoredReceipt receipt, PortalTexts texts) => new(
        texts[$"Result_{done}Title"], texts[$"Result_{done}Body"], texts[what + "_Title"], StepLine.Hindering(3), [Change.States(receipt, texts)], texts[next]);
}
