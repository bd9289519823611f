using KenshinOtp.Data;
using KenshinOtp.Receipts;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Html;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>One line of 変更前 and 変更後.</summary>
internal sealed record Change(string Item, IHtmlContent Before, IHtmlContent After)
{
    public static Change Serials(string? before, string? after, PortalTexts texts) => new(texts["Common_Serial"], Serial(before, texts), Serial(after, texts));

    public static Change States(StoredReceipt receipt, PortalTexts texts) => new(
        texts["Common_Status"],
        Show.Text(texts.Status(EnumNames.Parse<TokenStatus>(receipt.Before!))),
        texts.State(EnumNames.Parse<TokenStatus>(receipt.After!)));

    private static IHtmlContent Serial(string? serial, PortalTexts texts) => serial is null ? Show.Text(texts["Result_None"]) : Show.Serial(serial);
}

/// <summary>What a result page says of one accepted request.</summary>
/// <param name="Title">What was done.</param>
/// <param name="Body">What that means from now on.</param>
/// <param name="What">The request's name.</param>
/// <param name="Steps">The steps it was part of.</param>
/// <param name="Changes">Before and after.</param>
/// <param name="Next">The one next step, in words.</param>
internal sealed record ResultWords(string Title, string Body, string What, StepLine Steps, IReadOnlyList<Change> Changes, string Next)
{
    /// <summary>A page to go on to, where the next step is not at the bank.</summary>
    public (string Path, string Text)? Way { get; init; }

    /// <summary>A further line on what was accepted.</summary>
    public (string Item, string Value)? Chosen { get; init; }

    /// <param name="receipt">What was accepted.</param>
    /// <param name="target">For whom.</param>
    /// <param name="administratorLifts">Whether an administrator, and not the branch alone, may lift what stands against the user's token.</param>
    /// <param name="texts">The words.</param>
    /// <returns>Null for what is not done on these pages.</returns>
    public static ResultWords? Of(StoredReceipt receipt, Target target, bool administratorLifts, PortalTexts texts) =>
        (OfUse(receipt, target, texts) ?? HindranceWords.Of(receipt, administratorLifts, texts)) is not { } words ? null
        : target.IsOther ? words with { Next = texts["Result_NextUsers"], Way = (PortalPaths.Users, texts["Result_BackToUsers"]) }
        : words;

    private static ResultWords? OfUse(StoredReceipt receipt, Target target, PortalTexts texts) => receipt.Action switch
    {
        "token.confirmed" => Confirmed(receipt, texts),
        "token.revoked" => Revoked(receipt, target.Visitor, texts),
        "token.issued" => new(
            texts["Issued_Title"], texts["Issued_Lead"], texts["Result_WhatIssue"], StepLine.Beginning(2),
            [Change.Serials(receipt.Before, receipt.After, texts)], texts["Issued_StepOpen"])
        {
            Way = (PortalPaths.Issued, texts["Manage_WaySetup"]),
        },
        "mail.requeued" => new(
            texts["Issued_ResentTitle"], texts["Issued_ResentBody"], texts["Result_WhatResend"], StepLine.Beginning(2),
            [new(texts["Manage_Mail"], Show.Code(receipt.Before ?? ""), Show.Code(receipt.After ?? ""))], texts["Issued_StepOpen"])
        {
            Way = (PortalPaths.Issued, texts["Manage_WaySetup"]),
        },
        _ => RegistrationWords.Of(receipt, target, texts),
    };

    private static ResultWords Confirmed(StoredReceipt receipt, PortalTexts texts) => new(
        texts["Result_ConfirmedTitle"], texts["Result_ConfirmedBody"], texts["Result_WhatConfirm"], StepLine.Beginning(4),
        [Change.States(receipt, texts)], texts["Result_NextBank"]);

    private static ResultWords Revoked(StoredReceipt receipt, Visitor visitor, PortalTexts texts) => new(
        texts["Result_RevokedTitle"], texts["Result_RevokedBody"], texts["Result_WhatRevoke"], StepLine.Ending(3),
        [Change.States(receipt, texts), Change.Serials(receipt.Serial, after: null, texts)],
        !visitor.ByMail ? texts["Result_NextRegister"]
        : visitor.Policy.ReissueCooldownMinutes is > 0 and var minutes ? texts["Result_NextIssue", texts.From(receipt.AcceptedAt.AddMinutes(minutes))]
        : texts["Result_NextIssueNow"])
    {
        Way = visitor.ByMail ? null : (PortalPaths.Register, texts["Manage_WayRegister"]),
    };
}
