namespace KenshinOtp; public sealed class P;
