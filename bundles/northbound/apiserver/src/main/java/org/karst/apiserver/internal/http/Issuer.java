package org.karst.apiserver.internal.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/** Makes certificates (RFC 5280). Apart from {@link Certificates} so that BouncyCastle is loaded only when one has to be made. */
final class Issuer {
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration SERVER_LIFE = Duration.ofDays(365);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final String SIGNATURE = "SHA256withECDSA";
    /** ecdsa-with-SHA256 (RFC 5758). */
    private static final AlgorithmIdentifier SIGNATURE_ALGORITHM =
            new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.10045.4.3.2"));

    record Issued(X509Certificate certificate, PrivateKey key) {}

    private Issuer() {}

    /** A new authority, signed by itself. */
    static Issued authority(Instant now) throws GeneralSecurityException, IOException {
        KeyPair keys = keys();
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        extensions.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new SubjectKeyIdentifier(identifier(keys.getPublic().getEncoded())));
        X500Name name = new X500Name("CN=karst-ca");
        return issue(name, keys.getPrivate(), name, keys, extensions, now, AUTHORITY_LIFE);
    }

    /** A certificate for a server of these names. */
    static Issued server(X509Certificate authority, PrivateKey authorityKey, Collection<String> names, Instant now)
            throws GeneralSecurityException, IOException {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        extensions.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        extensions.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new AuthorityKeyIdentifier(identifier(authority.getPublicKey().getEncoded())));
        extensions.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(names.stream().map(Issuer::alternative).toArray(GeneralName[]::new)));
        X500Name issuer =
                X500Name.getInstance(authority.getSubjectX500Principal().getEncoded());
        return issue(issuer, authorityKey, new X500Name("CN=karst-apiserver"), keys(), extensions, now, SERVER_LIFE);
    }

    /** A certificate by which a client shows who it is: the user as common name, its groups as organizations. */
    static Issued client(
            X509Certificate authority,
            PrivateKey authorityKey,
            String user,
            Collection<String> groups,
            Instant now,
            Duration life)
            throws GeneralSecurityException, IOException {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        extensions.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
        extensions.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new AuthorityKeyIdentifier(identifier(authority.getPublicKey().getEncoded())));
        X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
        groups.forEach(group -> subject.addRDN(BCStyle.O, group));
        subject.addRDN(BCStyle.CN, user);
        X500Name issuer =
                X500Name.getInstance(authority.getSubjectX500Principal().getEncoded());
        return issue(issuer, authorityKey, subject.build(), keys(), extensions, now, life);
    }

    private static GeneralName alternative(String name) {
        return new GeneralName(Certificates.isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    /** RFC 5280 section 4.2.1.2, method 1: SHA-1 of the key without its algorithm. Names the key, proves nothing. */
    private static byte[] identifier(byte[] encodedKey) throws GeneralSecurityException {
        byte[] bits =
                SubjectPublicKeyInfo.getInstance(encodedKey).getPublicKeyData().getBytes();
        return MessageDigest.getInstance("SHA-1").digest(bits);
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static Issued issue(
            X500Name issuer,
            PrivateKey issuerKey,
            X500Name subject,
            KeyPair keys,
            ExtensionsGenerator extensions,
            Instant now,
            Duration life)
            throws GeneralSecurityException, IOException {
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(new BigInteger(120, new SecureRandom()).setBit(119)));
        generator.setSignature(SIGNATURE_ALGORITHM);
        generator.setIssuer(issuer);
        generator.setStartDate(new Time(Date.from(now.minus(CLOCK_SKEW))));
        generator.setEndDate(new Time(Date.from(now.plus(life))));
        generator.setSubject(subject);
        generator.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
        generator.setExtensions(extensions.generate());
        TBSCertificate content = generator.generateTBSCertificate();
        Signature signature = Signature.getInstance(SIGNATURE);
        signature.initSign(issuerKey);
        signature.update(content.getEncoded(ASN1Encoding.DER));
        byte[] certificate = new DERSequence(
                        new ASN1Encodable[] {content, SIGNATURE_ALGORITHM, new DERBitString(signature.sign())})
                .getEncoded(ASN1Encoding.DER);
        return new Issued(
                (X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(certificate)),
                keys.getPrivate());
    }
}
