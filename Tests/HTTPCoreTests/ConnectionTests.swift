import HTTPCore
import XCTest

/// RFC 9112 9.3 and RFC 9110 7.6.1: whether the connection stays.
final class ConnectionTests: XCTestCase {
  func testHTTP11Stays() {
    expect(request() + request(), .ok, .ok)
    expect(request("Connection: keep-alive") + request(), .ok, .ok)
  }

  func testCloseIsHonouredAndWhatFollowsIsIgnored() {
    expect(request("Connection: close") + request() + "\u{0}garbage", .okClose)
  }

  func testHTTP10Closes() {
    expect(request(version: "1.0") + request(), .okClose)
    expect(request("Connection: x", version: "1.0") + request(), .okClose)
  }

  func testHTTP10StaysIfAskedTo() {
    expect(request("Connection: keep-alive", version: "1.0") + request(version: "1.0"), .okKeepAlive, .okClose)
    expect(request("Connection: Keep-Alive", version: "1.0"), .okKeepAlive)
  }

  func testCloseWins() {
    expect(request("Connection: keep-alive, close"), .okClose)
    expect(request("Connection: close, keep-alive", version: "1.0"), .okClose)
    expect(request("Connection: keep-alive", "Connection: close", version: "1.0"), .okClose)
  }

  func testHeadClosesToo() {
    expect(
      request("Connection: close", method: "HEAD"), Reply(answer: nil, persistence: .close, headOnly: true))
  }

  func testOptionsAreFoundInAnyListAndCase() {
    for value in [
      "close", "CLOSE", "Close", "cLoSe", " close", "\tclose\t", "close ", "x, close", "x,close", "x ,\tclose ,y",
      ",close", "close,", ",, ,close,,", "close,close", "keep-alive,close", "closed, close", "close, closed",
      "clos,close", "Upgrade, HTTP2-Settings, close", "\"x\", close", "é,close", "c,cl,clo,clos,close",
    ] { expect(request("Connection:\(value)"), .okClose) }
    for value in ["keep-alive", "KEEP-ALIVE", "x,Keep-Alive", "keep-alive,x", "keep-alive\t", ",keep-alive"] {
      expect(request("Connection:\(value)", version: "1.0"), .okKeepAlive)
    }
  }

  func testOtherOptionsAreNotTaken() {
    for value in [
      "", " ", ",", "closed", "clos", "c", "xclose", "x-close", "close-x", "close;q=1", "close=1", "x close",
      "\"close\"", "clo se", "keep-alive", "Upgrade", "TE", "close_", "not/close",
    ] { expect(request("Connection:\(value)"), .ok) }
    for value in ["keep-aliv", "keep-alived", "keepalive", "keep_alive", "keep-", "k", "xkeep-alive", "keep-alive=1"] {
      expect(request("Connection:\(value)", version: "1.0"), .okClose)
    }
  }

  func testOptionsOfOtherFieldsAreNotTaken() {
    expect(request("Proxy-Connection: close", "Keep-Alive: close", "Accept: close"), .ok)
  }

  func testNothingIsRememberedFromTheRequestBefore() {
    expect(
      request("Connection: keep-alive", version: "1.0") + "GET / HTTP/1.1\r\n\r\n", .okKeepAlive,
      .refused(.badRequest))
    expect(request(method: "HEAD") + request(), .headOK, .ok)
  }

  func testRefusalClosesAndWhatFollowsIsIgnored() {
    expect(request() + "bad\r\n\r\n" + request() + request(), .ok, .refused(.badRequest))
  }

  func testRefusalOfAHeadHasNoBody() {
    expect("HEAD / HTTP/1.1\r\n\r\n", .refused(.badRequest, headOnly: true))
    expect("HEAD / HTTP/2.0\r\n\r\n", .refused(.versionNotSupported, headOnly: true))
    expect("HEAD /\r\n", .refused(.badRequest, headOnly: true))
    expect("HEAD\r\n", .refused(.badRequest))
  }

  func testMethodThatIsNotAllowedKeepsTheConnection() {
    expect(request(method: "PUT") + request(), .notAllowed, .ok)
    expect(
      request("Connection: close", method: "PUT") + request(), Reply(answer: .methodNotAllowed, persistence: .close))
  }
}
