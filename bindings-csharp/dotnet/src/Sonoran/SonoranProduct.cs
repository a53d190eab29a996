namespace Sonoran;

/// <summary>A product of the service. This package speaks the CMS API.</summary>
public enum SonoranProduct
{
    /// <summary>Computer aided dispatch.</summary>
    CAD = 0,

    /// <summary>Community management system.</summary>
    CMS = 1,

    /// <summary>Radio.</summary>
    RADIO = 2,
}
