namespace KenshinOtp.Configuration;

/// <summary>Bounds on calls per minute. Guesses of PINs and passwords are counted in the database besides; these keep floods out.</summary>
/// <param name="PerKey">Calls of one API key.</param>
/// <param name="PerAddress">
/// Calls of one remote address to the token app's and the portal's endpoints and the staff's log-in, or without a valid API key; and its API keys that open
/// nothing. A carrier's gateway speaks for many phones.
/// </param>
/// <param name="PerThing">
/// Calls about one download code or one serial number, log-ins under one name of staff, tokens that apps of one remote address make for themselves.
/// </param>
/// <param name="EnrollmentsPerInstitution">Tokens that apps make for themselves, of one institution.</param>
public sealed record RateLimitSettings(int PerKey, int PerAddress, int PerThing, int EnrollmentsPerInstitution);
