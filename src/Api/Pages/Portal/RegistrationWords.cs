using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Receipts;
using Microsoft.AspNetCore.Html;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>What a result page says of tokens that are registered by serial number: begun with, exchanged, given up, shared otherwise.</summary>
internal static class RegistrationWords
{
    /// <returns>Null for anything else.</returns>
    public static ResultWords? Of(StoredReceipt receipt, Target target, PortalTexts texts) => receipt.Action switch
    {
        "token.registered" => Registered(receipt, target, texts),
        "token.exchanged" => new(
            texts["Result_ExchangedTitle"], texts["Result_ExchangedBody"], texts["Result_WhatExchange"], StepLine.Exchanging(4),
            [Change.Serials(receipt.Before, receipt.After, texts)], texts["Result_NextBank"]),
        "token.discontinued" => new(
            texts["Result_DiscontinuedTitle"], texts["Result_DiscontinuedBody"], texts["Result_WhatDiscontinue"], StepLine.Discontinuing(3),
            [Change.Serials(receipt.Before, after: null, texts)], texts["Result_NextRegister"])
        {
            Way = (PortalPaths.Register, texts["Manage_WayRegister"]),
        },
        "token.resynchronized" => new(
            texts["Result_ResyncedTitle"], texts["Result_ResyncedBody"], texts["Result_WhatResync"], StepLine.Resynchronizing(3), [], texts["Result_NextBank"]),
        "contract.modeChanged" => ModeChanged(receipt, texts),
        _ => null,
    };

    private static ResultWords Registered(StoredReceipt receipt, Target target, PortalTexts texts) => new(
        texts["Result_RegisteredTitle"], texts["Result_RegisteredBody"], texts["Result_WhatRegister"], StepLine.Registering(3),
        [Change.Serials(receipt.Before, receipt.After, texts)], texts["Result_NextBank"])
    {
        Chosen = LoginChoice(receipt, target, texts),
    };

    /// <summary>The choice is not on the receipt: it is told while the token of the receipt is the user's.</summary>
    private static (string Item, string Value)? LoginChoice(StoredReceipt receipt, Target target, PortalTexts texts)
    {
        var user = target.Subject.User;
        return target.Visitor.Policy.AsksFor(TransactionName.Login, otpAtLogin: true) && target.Subject.LiveToken?.Serial.Value == receipt.After
            ? (texts["Register_Login"], texts[user.OtpAtLogin ? "Register_LoginYes" : "Register_LoginNo"])
            : null;
    }

    private static ResultWords ModeChanged(StoredReceipt receipt, PortalTexts texts) => new(
        texts["Result_ModeTitle"], texts["Result_ModeBody"], texts["Result_WhatMode"], StepLine.ChangingMode(4),
        [new(texts["Mode_Item"], Mode(receipt.Before, texts), Mode(receipt.After, texts))], texts["Result_NextMode"])
    {
        Way = (PortalPaths.Users, texts["Manage_WayUsers"]),
    };

    private static IHtmlContent Mode(string? mode, PortalTexts texts) => Show.Text(texts.Mode(EnumNames.Parse<TokenMode>(mode!)));
}
